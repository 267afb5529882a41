import { spawn } from 'node:child_process'

/** Opens an address in the user's browser. Silent where there is none: the address was printed. */
export function openInBrowser(url: string): void {
  const [command, ...args] = opener(url)
  // The address holds the token; it is never passed through a shell.
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.once('error', () => undefined)
  child.unref()
}

function opener(url: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', url]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}
