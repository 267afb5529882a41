import { homedir } from 'node:os'
import { join } from 'node:path'

type Machine = { platform: NodeJS.Platform; env: NodeJS.ProcessEnv; home: string }

/**
 * Where the data of a user is kept by convention: `~/Library/Application Support` (macOS), `%APPDATA%` (Windows),
 * `$XDG_DATA_HOME` or `~/.local/share` (specifications.freedesktop.org/basedir-spec: a relative path is ignored).
 */
export function defaultDataFolder(
  { platform, env, home }: Machine = { platform: process.platform, env: process.env, home: homedir() },
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Outflow')
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Outflow')
  const data = env.XDG_DATA_HOME
  return join(data?.startsWith('/') ? data : join(home, '.local', 'share'), 'Outflow')
}
