/** The page of a file, by its path. `then`: where it goes on from there. */
export function filePage(path: string, then?: 'sync'): string {
  return `/files/new?${new URLSearchParams({ path, ...(then && { then }) })}`
}
