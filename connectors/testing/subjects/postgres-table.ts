import pg from 'pg'
import { postgresTable } from '../../destinations/postgres-table/index.ts'
import type { Row } from '../../types.ts'
import { field } from '../destination.ts'
import { startPostgres } from '../postgres.ts'
import { type Proof, type Stored, type Subject, texts } from './subject.ts'

export async function startPostgresTable(): Promise<Subject> {
  const server = await startPostgres()
  const columns = 'name text NOT NULL, age integer, notes text'
  await server.query(`
    CREATE TABLE person (email text PRIMARY KEY, ${columns});
    CREATE TABLE visit (email text, ${columns});
    CREATE TABLE region (email text PRIMARY KEY, ${columns}) PARTITION BY HASH (email);
    CREATE TABLE region_0 PARTITION OF region FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE region_1 PARTITION OF region FOR VALUES WITH (MODULUS 2, REMAINDER 1)`)
  const { host, port, database, user, password } = server
  const values = { host, port, database, user, password, tls: 'disable' }
  const fields = [field('email'), field('name'), field('age', { type: 'integer' }), field('notes')]
  const names = fields.map(({ id }) => id)
  const record = (number: number, text = 'fine'): Row => ({
    email: `person${number}@example.com`,
    name: `Person ${number}`,
    age: number,
    notes: text,
  })
  const storedIn = (table: string) => async (): Promise<Stored[]> => {
    const rows = await server.query(`SELECT email, name, age::text, notes FROM ${table}`)
    return rows.map((row) => texts(row as Row, names))
  }
  const proof = (
    table: string,
  ): Pick<Proof, 'object' | 'fields' | 'record' | 'text' | 'required' | 'seed' | 'stored'> => ({
    object: `public.${table}`,
    fields,
    record,
    text: 'notes',
    required: 'name',
    seed: async (records) => {
      const json = pg.escapeLiteral(JSON.stringify(records))
      await server.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ${json})`)
    },
    stored: storedIn(table),
  })
  const keyed: Pick<Proof, 'key' | 'modes' | 'removals' | 'readable'> = {
    key: 'email',
    modes: ['upsert', 'update', 'insert', 'mirror', 'replace', 'append'],
    removals: ['delete', 'clear'],
    readable: true,
  }
  return {
    destination: postgresTable,
    values,
    secrets: [server.password],
    object: 'public.person',
    key: 'email',
    mode: 'upsert',
    fields,
    record,
    badRecord: { email: 'bad@example.com', name: 'Bad', age: 'ninety', notes: 'x' },
    wrongValues: [
      { ...values, password: 'not the password' },
      { ...values, user: 'nobody' },
      { ...values, database: 'nowhere' },
      { ...values, tls: 'require' },
      {},
    ],
    stored: storedIn('person'),
    renew: async () => void (await server.query('TRUNCATE person, visit, region')),
    proofs: [
      { ...proof('person'), ...keyed, knows: true },
      // Of rows in partitions the server does not always say which it created.
      { ...proof('region'), ...keyed, knows: true, saysCreated: false },
      { ...proof('visit'), key: null, modes: ['replace', 'append'], removals: [], readable: false, knows: false },
    ],
    stop: () => server.stop(),
  }
}
