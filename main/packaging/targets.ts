/** Node's names for what Outflow is packaged for. */
export const platforms = ['linux', 'darwin', 'win32'] as const
export type Platform = (typeof platforms)[number]
export const archs = ['x64', 'arm64'] as const
export type Arch = (typeof archs)[number]
export type Target = { platform: Platform; arch: Arch }

/** The native modules without which Outflow does not start or cannot keep secrets or read files, below node_modules. */
export function nativeModules({ platform, arch }: Target): string[] {
  return [
    `better-sqlite3/prebuilds/${platform}-${arch}.node`,
    `keytar/prebuilds/${platform}-${arch}/keytar.node`,
    `@duckdb/node-bindings-${platform}-${arch}/duckdb.node`,
  ]
}
