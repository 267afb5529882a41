const EXTENSION = '.outflow'

export const isWorkspaceFile = (path: string): boolean => path.toLowerCase().endsWith(EXTENSION)

/** The page that looks into a workspace file. The desktop app opens it by the same path. */
export const workspacePage = (file: string): string => `/import?${new URLSearchParams({ file })}`
