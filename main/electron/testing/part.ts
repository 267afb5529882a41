/** Some members of one of Electron's own types: `satisfies Part<Electron.App>` refuses a name that Electron does not have. */
export type Part<T> = { [K in keyof T]?: unknown }
