/**
 * HubSpot's double: an account with properties, a custom object and lists, strict about what HubSpot is strict about. Its
 * answers are checked against the vendor's own description (spec.test.ts). Used by tests and by rehearsals.
 */
import type { Double, DoubleAnswer, DoubleHandler, DoubleRequest, DoubleWorld } from '../../../http/double.ts'
import { type Account, type ObjectType, objectTypes, propertiesOfType, seedAccount, typeNamed } from './account.ts'
import { archive, batch, read, search } from './batches.ts'
import { invalidToken, missingScope, noObjectType, portalId, refusal, tooManyRequests } from './errors.ts'
import { changeMembers, searchLists } from './lists.ts'

const WINDOW_MS = 10_000
const DAY_MS = 86_400_000

/** Which scope a path needs; undefined for those that every token may use. */
function scopeOf({ method, path, parts }: DoubleRequest): string | undefined {
  if (path.startsWith('/crm-object-schemas/')) return 'crm.schemas.custom.read'
  if (path.startsWith('/crm/v3/lists')) return `crm.lists.${method === 'PUT' ? 'write' : 'read'}`
  const type = typeNamed(parts.type ?? '')
  if (!type) return undefined
  const reads = method === 'GET' || path.endsWith('/read') || path.endsWith('/search')
  return `crm.objects.${type.scope}.${reads ? 'read' : 'write'}`
}

type Window = { startedMs: number; used: number }

/** Counts this request; how many there were in its window. */
function count(name: string, lengthMs: number, { store, now }: DoubleWorld): number {
  const at = now().getTime()
  const last = store.get<Window>('quota', name)
  const window = last && at - last.startedMs < lengthMs ? last : { startedMs: at, used: 0 }
  store.put('quota', name, { ...window, used: window.used + 1 })
  return window.used + 1
}

function guard(request: DoubleRequest, world: DoubleWorld): DoubleAnswer | undefined {
  const account = world.store.get<Account>('account', 'account')
  if (!account || request.headers.authorization !== `Bearer ${account.token}`) return invalidToken()
  if (count('day', DAY_MS, world) > account.requestsPerDay) return tooManyRequests('DAILY')
  if (count('window', WINDOW_MS, world) > account.requestsPerTenSeconds) return tooManyRequests('TEN_SECONDLY_ROLLING')
  const scope = scopeOf(request)
  return scope !== undefined && !account.scopes.includes(scope) ? missingScope(scope) : undefined
}

/** Every answer tells what is left of the quota. */
function counted(handler: DoubleHandler): DoubleHandler {
  return (request, world) => {
    const answer = handler(request, world)
    const account = world.store.get<Account>('account', 'account')
    const used = (name: string): number => world.store.get<Window>('quota', name)?.used ?? 0
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'x-hubspot-ratelimit-daily': String(account?.requestsPerDay),
        'x-hubspot-ratelimit-daily-remaining': String((account?.requestsPerDay ?? 0) - used('day')),
        'x-hubspot-ratelimit-interval-milliseconds': String(WINDOW_MS),
        'x-hubspot-ratelimit-max': String(account?.requestsPerTenSeconds),
        'x-hubspot-ratelimit-remaining': String((account?.requestsPerTenSeconds ?? 0) - used('window')),
      },
    }
  }
}

type TypeHandler = (type: ObjectType, request: DoubleRequest, world: DoubleWorld) => DoubleAnswer

const ofType =
  (handler: TypeHandler): DoubleHandler =>
  (request, world) => {
    const type = typeNamed(request.parts.type ?? '')
    return type ? handler(type, request, world) : noObjectType(request.parts.type ?? '')
  }

const listProperties: TypeHandler = (type) => ({ status: 200, json: { results: propertiesOfType[type.id] ?? [] } })

const listSchemas: DoubleHandler = () => ({
  status: 200,
  json: {
    results: objectTypes
      .filter(({ scope }) => scope === 'custom')
      .map(({ id, typeId, required, one }) => ({
        id,
        objectTypeId: typeId,
        name: one.toLowerCase(),
        fullyQualifiedName: `p${portalId}_${one.toLowerCase()}`,
        labels: { singular: one, plural: `${one}s` },
        requiredProperties: required,
        properties: propertiesOfType[id] ?? [],
        associations: [],
        archived: false,
      })),
  },
})

const account: DoubleHandler = () => ({
  status: 200,
  json: {
    portalId,
    accountType: 'STANDARD',
    timeZone: 'Europe/Berlin',
    companyCurrency: 'EUR',
    additionalCurrencies: [],
    utcOffset: '+01:00',
    utcOffsetMilliseconds: 3_600_000,
    uiDomain: 'app-eu1.hubspot.com',
    dataHostingLocation: 'eu1',
  },
})

const handlers: Record<string, DoubleHandler> = {
  'GET /account-info/v3/details': account,
  'GET /crm-object-schemas/v3/schemas': listSchemas,
  'GET /crm/v3/properties/:type': ofType(listProperties),
  'POST /crm/v3/objects/:type/batch/create': ofType(batch('create')),
  'POST /crm/v3/objects/:type/batch/update': ofType(batch('update')),
  'POST /crm/v3/objects/:type/batch/upsert': ofType(batch('upsert')),
  'POST /crm/v3/objects/:type/batch/read': ofType(read),
  'POST /crm/v3/objects/:type/batch/archive': ofType(archive),
  'POST /crm/v3/objects/:type/search': ofType(search),
  'POST /crm/v3/lists/search': searchLists,
  'PUT /crm/v3/lists/:listId/memberships/add': changeMembers('add'),
  'PUT /crm/v3/lists/:listId/memberships/remove': changeMembers('remove'),
}

export const hubspotDouble: Double = {
  hosts: ['api.hubapi.com'],
  guard,
  routes: Object.fromEntries(Object.entries(handlers).map(([route, handler]) => [route, counted(handler)])),
  notFound: () => refusal(404, { category: 'OBJECT_NOT_FOUND', message: 'Resource not found' }),
  seed: ({ store }) => seedAccount(store),
}
