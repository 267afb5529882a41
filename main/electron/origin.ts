/** Where the screens live in Electron: an origin of their own instead of file://, which would have none. */
export const SCHEME = 'app'
const HOST = 'outflow'
export const ORIGIN = `${SCHEME}://${HOST}`
export const HOME = `${ORIGIN}/`

/** Whether an address is one of our own screens. Anything that is no address at all is not. */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address)
  // Node gives custom schemes no origin, so the parts are compared.
  return url?.protocol === `${SCHEME}:` && url.host === HOST && url.username === '' && url.password === ''
}
