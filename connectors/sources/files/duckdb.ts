/**
 * The embedded DuckDB (duckdb.org, MIT) that reads files as tables. It is loaded with the first file that is opened, and
 * lives in memory: nothing is written but what a sort spills into a temporary folder, which goes with it.
 */
import { copyFile, rm, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { tag } from '../../sql.ts'
import { privateFolder } from './folder.ts'

export type Duck = {
  /** Private to this process; what is put there goes with `close`. */
  folder: string
  /** Statements of one after the other; whoever wants several at once connects several times. */
  connect(): Promise<DuckDBConnection>
  /** Runs statements that answer nothing. */
  execute(sql: string): Promise<void>
  /** From now on nothing outside `folder` and these files can be read, whatever SQL a person pastes. */
  lock(files: readonly string[]): Promise<void>
  /** The path under which it reads this file: it takes `*`, `?` and `[` of a name for patterns. */
  reach(path: string): Promise<string>
  close(): Promise<void>
}

/**
 * Starts a database of its own, which may hold `megabytes`; a sort beyond them spills to disk. One thread: the other core is
 * the engine's, and each further thread wants buffers of its own. Throws what DuckDB throws.
 */
export async function openDuck(megabytes: number): Promise<Duck> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const folder = await privateFolder()
  let instance: DuckDBInstance | undefined
  try {
    instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${megabytes}MB`,
      temp_directory: join(folder, 'spill'),
      // CSV, JSON and Parquet are part of the binary; nothing is fetched from the network.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    })
    const database = instance
    const main = await database.connect()
    // Texts must be the same on every computer.
    await main.run("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL Calendar = 'gregorian'")
    return {
      folder,
      connect: () => database.connect(),
      execute: async (sql) => void (await main.run(`${tag} ${sql}`)),
      async lock(files) {
        await main.run(`SET allowed_paths = [${files.map(quoteText)}]`)
        await main.run(`SET allowed_directories = [${quoteText(folder)}]`)
        await main.run('SET enable_external_access = false')
        await main.run('SET lock_configuration = true')
      },
      async reach(path) {
        if (!/[*?[]/.test(path)) return path
        const link = join(folder, 'file')
        // Windows lets only some people make links.
        await symlink(resolve(path), link).catch(() => copyFile(path, link))
        return link
      },
      async close() {
        main.closeSync()
        database.closeSync()
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    instance?.closeSync()
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** `it's` → `'it''s'` */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
