import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Audience, Connection, Sync } from '../../preload/api.ts'
import type { NounDoor } from '../dispatch.ts'
import type { Core } from './core.ts'
import { nothing } from './inputs.ts'
import { practiceFile } from './practice.ts'

/** Fixed ids: asking again finds the same things. */
const ids = { warehouse: 'sample-warehouse', crm: 'practice-crm', audience: 'sample-win-back', sync: 'sample-win-back' }

/** The id of the sample's sync, if it is there. */
export function sampleSync({ store }: Pick<Core, 'store'>): string | undefined {
  return store.syncs.list().find((sync) => sync.id === ids.sync)?.id
}

/** The sample data: a warehouse, a Practice CRM, an audience and a sync to play with. */
export function sampleApi(core: Core): NounDoor<'sample'> {
  return {
    'sample.create': {
      check: nothing,
      handle: async () => {
        await createSample(core)
        return { sync: ids.sync }
      },
    },
  }
}

async function createSample(core: Core): Promise<void> {
  const { store, dataFolder } = core
  const { createSampleWarehouse, winBackSql } = await import('../sample/warehouse.ts')
  const warehouse = join(dataFolder, 'sample', 'warehouse.db')
  if (!existsSync(warehouse)) {
    mkdirSync(dirname(warehouse), { recursive: true })
    // Half a warehouse, left by a crash, must never be taken for a whole one.
    const unfinished = `${warehouse}.tmp`
    rmSync(unfinished, { force: true })
    createSampleWarehouse(unfinished, core.now())
    renameSync(unfinished, warehouse)
  }
  const now = core.now().toISOString()
  store.transaction(() => {
    for (const connection of [
      sampleConnection(ids.warehouse, 'Sample warehouse', 'sqlite', 'source', warehouse),
      sampleConnection(ids.crm, 'Practice CRM', 'practice-crm', 'destination', practiceFile(dataFolder)),
    ]) {
      if (!store.connections.find(connection.id)) store.connections.put(connection, now)
    }
    if (!store.audiences.list().some(({ id }) => id === ids.audience)) store.audiences.put(audience(winBackSql, now))
    if (!sampleSync(core)) store.syncs.put(sync(now))
    store.syncs.noteLabels(ids.crm, [{ id: 'contacts', label: 'Contacts' }])
  })
  for (const noun of ['connections', 'audiences', 'syncs'] as const) core.emit('data.changed', { noun })
}

function sampleConnection(id: string, name: string, connector: string, kind: Connection['kind'], file: string) {
  return { id, name, connector, kind, values: { file }, status: 'ok' as const, sample: true }
}

function audience(sql: string, updatedAt: string): Audience {
  const query = { kind: 'sql', sql } as const
  return {
    id: ids.audience,
    name: 'Customers to win back',
    connection: ids.warehouse,
    query,
    uniqueId: ['customer_id'],
    updatedAt,
  }
}

/** Fields of the Practice CRM's contacts; the audience's columns have the same names. */
const mappedFields = [
  'email',
  'first_name',
  'last_name',
  'phone',
  'company',
  'city',
  'country',
  'plan',
  'lifetime_value',
  'orders_count',
  'last_order_at',
  'marketing_consent',
]

function sync(now: string): Sync {
  return {
    id: ids.sync,
    name: 'Win back → Practice CRM',
    audience: ids.audience,
    destination: ids.crm,
    object: 'contacts',
    mode: 'upsert',
    key: 'email',
    mapping: mappedFields.map((name) => ({ field: name, from: { kind: 'column', column: name } })),
    removal: 'nothing',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
    updatedAt: now,
  }
}
