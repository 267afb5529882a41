/** Stands in for `xdg-open` in a home of its own: notes with which arguments it was started. For tests on Linux. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type FakeOpener = {
  /** For the process that opens something. */
  env: { HOME: string; PATH: string }
  /** The arguments of the last start, once; undefined before there was one. */
  taken(): string[] | undefined
}

export function fakeOpener(home: string): FakeOpener {
  const folder = join(home, 'bin')
  const noted = join(home, 'opened')
  mkdirSync(folder, { recursive: true })
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${noted}.part' && mv '${noted}.part' '${noted}'\n`
  writeFileSync(join(folder, 'xdg-open'), script, { mode: 0o755 })
  return {
    env: { HOME: home, PATH: `${folder}${delimiter}${process.env.PATH}` },
    taken() {
      if (!existsSync(noted)) return undefined
      const args = readFileSync(noted, 'utf8').split('\n').slice(0, -1)
      rmSync(noted)
      return args
    },
  }
}
