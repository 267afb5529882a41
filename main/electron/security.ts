/**
 * What a page may not do, whatever it holds: Electron's own checklist (electronjs.org/docs/latest/tutorial/security),
 * numbered as there. Items 2-4, 6 and 8-11 are options of the window (electron-window.ts), 7 is a header
 * (electron-protocol.ts), 17 is in electron-calls.ts.
 */
import type { Session, WebContents } from 'electron'
import { isOwnPage, ORIGIN } from './origin.ts'

/** Longer addresses are no links of ours, and systems cut or refuse them. In characters. */
const LONGEST_LINK = 2_048

/** Limits a session: no permission (5), no device, nothing from the network (1), downloads only of what we made ourselves. */
export function guardSession(session: Session, { devTools }: { devTools: boolean }): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(mayHave(permission, details.isMainFrame, details.requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, _origin, details) =>
    mayHave(permission, details.isMainFrame, details.requestingUrl),
  )
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url, devTools) }))
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${ORIGIN}/`)) event.preventDefault()
  })
}

/** "Copy details" puts plain text on the clipboard; nothing else is ever needed. */
function mayHave(permission: string, isMainFrame: boolean, page: string | undefined): boolean {
  return permission === 'clipboard-sanitized-write' && isMainFrame && page !== undefined && isOwnPage(page)
}

function mayLoad(address: string, devTools: boolean): boolean {
  if (isOwnPage(address) || address.startsWith(`blob:${ORIGIN}/`) || address.startsWith('data:')) return true
  return devTools && address.startsWith('devtools:')
}

/** Keeps a page where it is: no other address (13), no second window (14), no embedded page (11, 12). */
export function guardContents(contents: WebContents, openOutside: (address: string) => void): void {
  contents.on('will-navigate', (details) => {
    if (isOwnPage(details.url)) return
    details.preventDefault()
    openOutside(details.url)
  })
  contents.on('will-redirect', (details) => {
    if (!isOwnPage(details.url)) details.preventDefault()
  })
  contents.on('will-frame-navigate', (details) => {
    if (!details.isMainFrame) details.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}

/**
 * The link to hand to the system's browser (15), or null for what must not leave: only https, which cannot start a program,
 * and no credentials inside.
 */
export function outsideLink(address: string): string | null {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null
  return url.href.length > LONGEST_LINK ? null : url.href
}
