/** Electron's security checklist, each item held against the built app (electronjs.org/docs/latest/tutorial/security). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../../preload/electron-channels.ts'
import { securityHeaders } from '../server/headers.ts'
import { outsideLink } from './security.ts'
import { type Frame, frameAt } from './testing/fake-window.ts'
import { buildShell, type Launched, launch, removeBuild } from './testing/launch.ts'

let built: string
let app: Launched

beforeAll(async () => {
  built = await buildShell()
  app = await launch(built)
})
afterAll(async () => {
  await app.close()
  removeBuild(built)
})

const preferences = () => app.window.options.webPreferences ?? {}
const contents = () => app.window.contents

describe('1. Only secure content is loaded', () => {
  test('the window opens our own page', () => {
    expect(contents().electron.getURL()).toBe('app://outflow/')
  })
  test.each([
    'https://example.com/script.js',
    'http://example.com/',
    'file:///etc/passwd',
    'ws://example.com/',
    'app://elsewhere/',
    'blob:https://example.com/1',
    'devtools://devtools/bundled/inspector.html',
  ])('nothing is loaded from %s', async (url) => {
    await expect(app.session.fetch(url)).rejects.toThrow('ERR_BLOCKED_BY_CLIENT')
    expect(app.session.network).toEqual([])
  })
  test('only files that we made ourselves are downloaded', () => {
    expect(app.session.download('blob:app://outflow/0b5c')).toBe(true)
    expect(app.session.download('https://example.com/setup.exe')).toBe(false)
    expect(app.session.download('blob:app://outflow.example.com/0b5c')).toBe(false)
  })
})

describe('2. No Node in the page', () => {
  test('not in the page', () => expect(preferences().nodeIntegration).toBe(false))
  test('not in its workers', () => expect(preferences().nodeIntegrationInWorker).toBe(false))
  test('not in its frames', () => expect(preferences().nodeIntegrationInSubFrames).toBe(false))
})

test('3. The preload is isolated from the page', () => {
  expect(preferences().contextIsolation).toBe(true)
})

describe('4. Every page is sandboxed', () => {
  test('this window', () => expect(preferences().sandbox).toBe(true))
  test('and whatever else may open', () => expect(app.sandboxed).toBe(true))
})

describe('5. Permissions are refused', () => {
  const here = { isMainFrame: true, requestingUrl: 'app://outflow/' }
  test.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'fileSystem',
    'display-capture',
    'hid',
    'usb',
    'serial',
    'local-network-access',
    'unknown',
  ])('%s, also to our own page', (permission) => {
    expect(app.session.permission(permission, here)).toEqual({ granted: false, checked: false })
  })
  test('our own page may put text on the clipboard, for “Copy details”', () => {
    expect(app.session.permission('clipboard-sanitized-write', here)).toEqual({ granted: true, checked: true })
  })
  test.each([
    { isMainFrame: false, requestingUrl: 'app://outflow/' },
    { isMainFrame: true, requestingUrl: 'https://example.com/' },
    { isMainFrame: true, requestingUrl: 'https://app/outflow/' },
  ])('nobody else may: %o', (details) => {
    expect(app.session.permission('clipboard-sanitized-write', details)).toEqual({ granted: false, checked: false })
  })
  test('no device is handed out', () => expect(app.session.device()).toBe(false))
})

test('6. The same-origin policy is on', () => {
  expect(preferences().webSecurity).toBe(true)
})

describe('7. A strict Content-Security-Policy', () => {
  test('is on the page', async () => {
    const policy = (await app.session.fetch('app://outflow/')).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(policy).toContain("frame-ancestors 'none'")
  })
  test.each(['/', '/assets/index-1.js', '/missing.js', '/..%2f..%2fpackage.json'])(
    'and the browser host’s other headers are on every answer: %s',
    async (path) => {
      const { headers } = await app.session.fetch(`app://outflow${path}`)
      for (const [name, value] of Object.entries(securityHeaders)) expect(headers.get(name)).toBe(value)
    },
  )
})

describe('8–10. Nothing is switched on that Electron leaves off', () => {
  test('no insecure content', () => expect(preferences().allowRunningInsecureContent).toBe(false))
  test('no experimental features', () => expect(preferences().experimentalFeatures).toBe(false))
  test('no Blink features', () => expect(preferences()).not.toHaveProperty('enableBlinkFeatures'))
})

describe('11–12. No page inside of the page', () => {
  test('webview tags are off', () => expect(preferences().webviewTag).toBe(false))
  test('and could not be attached', () => expect(contents().attachesWebview()).toBe(false))
})

describe('13. The page stays where it is', () => {
  test.each([
    'https://example.com/',
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('it does not go to %s', (url) => expect(contents().navigates(url)).toBe(false))
  test.each([
    'app://outflow.example.com/',
    'app://evil/',
    'app://user@outflow/',
    'APP-OUTFLOW://outflow/',
    'not an address',
  ])('an address that only looks like ours is not: %s', (url) => expect(contents().navigates(url)).toBe(false))
  test('it may be loaded again', () => expect(contents().navigates('app://outflow/#/syncs')).toBe(true))
  test('a redirect leads nowhere else', () => expect(contents().redirects('https://example.com/')).toBe(false))
  test('a frame goes nowhere at all', () => expect(contents().navigates('app://outflow/', false)).toBe(false))
  test('a file dropped on the window opens nothing', () => expect(preferences().navigateOnDragDrop).toBe(false))
})

test.each(['https://example.com/', 'app://outflow/', 'about:blank', 'file:///etc/passwd'])(
  '14. No second window opens: %s',
  (url) => expect(contents().opens(url)).toBe(false),
)

describe('15. Only checked links go to the system’s browser', () => {
  test('an https link does', () => {
    app.outside.length = 0
    contents().opens('https://developers.hubspot.com/docs')
    contents().navigates('https://docs.snowflake.com/')
    expect(app.outside).toEqual(['https://developers.hubspot.com/docs', 'https://docs.snowflake.com/'])
  })
  test.each([
    'http://example.com/',
    'file:///usr/bin/xcalc',
    'smb://server/share',
    'ms-msdt:/id',
    'javascript:alert(1)',
    'mailto:a@example.com',
    'https://user:secret@example.com/',
    `https://example.com/${'a'.repeat(2_100)}`,
    'https://',
    '//example.com',
  ])('%s does not', (url) => {
    app.outside.length = 0
    contents().opens(url)
    expect(app.outside).toEqual([])
    expect(outsideLink(url)).toBeNull()
  })
})

describe('17. Only our own page is answered', () => {
  const call = (frame: Frame | null) => contents().invoke(frame, channels.call, 'app.info', {})
  test('it is', async () => {
    expect(await call(frameAt('app://outflow/'))).toMatchObject({ ok: true })
  })
  test.each<[string, Frame | null]>([
    ['another site', frameAt('https://example.com/')],
    ['another host of our scheme', frameAt('app://evil/')],
    ['a site that has our address in its own', frameAt('https://app//outflow/')],
    ['a frame inside of our page', frameAt('app://outflow/', frameAt('app://outflow/'))],
    ['a sandboxed page at our address', { ...frameAt('app://outflow/'), origin: 'null' }],
    ['a file', frameAt('file:///tmp/page.html')],
    ['a frame that has gone', null],
  ])('%s is refused', async (_name, frame) => {
    expect(await call(frame)).toEqual({
      ok: false,
      problem: expect.objectContaining({ message: 'Outflow answers only its own window.' }),
    })
  })
  test('there is one line in and no other', () => expect([...app.handlers.keys()]).toEqual([channels.call]))
})

describe('The screens are served from app://outflow/', () => {
  const get = (path: string, init?: RequestInit) => app.session.fetch(`app://outflow${path}`, init)
  test('with their types', async () => {
    expect((await get('/')).headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await (await get('/')).text()).toContain('<title>Outflow</title>')
    expect((await get('/assets/index-1.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })
  test.each([
    '/..%2fmain%2felectron.js',
    '/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '/..%2f..%2fpackage.json',
    '/%00.js',
    '/%E0%A4%A',
    '/.env.js',
  ])('and nothing else: %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('There is nothing here.')
  })
  test('they can only be read', async () => {
    expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(405)
  })
  test('the scheme is a secure origin, and no way around the policy', () => {
    expect(app.schemes).toHaveLength(1)
    expect(app.schemes[0]).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true } })
    expect(app.schemes[0]?.privileges).not.toHaveProperty('bypassCSP')
    expect(app.schemes[0]?.privileges).not.toHaveProperty('allowServiceWorkers')
  })
})

describe('A packaged app', () => {
  test('has no developer tools', () => {
    expect(preferences().devTools).toBe(false)
    expect(JSON.stringify(app.menu)).not.toContain('toggleDevTools')
  })
  test('ignores no certificate error', () => {
    expect(app.app.listenerCount('certificate-error')).toBe(0)
    expect(contents().electron.listenerCount('certificate-error')).toBe(0)
  })
  test('fetches no dictionaries', () => expect(preferences().spellcheck).toBe(false))
})

test('while it is developed, the developer tools are there and load', async () => {
  const developed = await launch(built, { packaged: false })
  try {
    expect(developed.window.options.webPreferences?.devTools).toBe(true)
    expect(JSON.stringify(developed.menu)).toContain('toggleDevTools')
    await expect(developed.session.fetch('devtools://devtools/x')).rejects.not.toThrow('ERR_BLOCKED_BY_CLIENT')
  } finally {
    await developed.close()
  }
})
