import { session } from 'electron'
import type { ProxyFor } from '../proxy.ts'

/**
 * The proxy of the system's settings or of a company's script, as Chromium finds it: an app that is started from the dock or
 * the Start menu has no environment that names it (electronjs.org/docs/latest/api/session#sesresolveproxyurl).
 */
export const systemProxyFor: ProxyFor = (origin) => session.defaultSession.resolveProxy(origin)
