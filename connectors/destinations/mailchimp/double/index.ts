/**
 * Mailchimp's double: an account with two audiences, strict about what Mailchimp is strict about. Its answers are checked
 * against the vendor's own description (spec.test.ts). Used by tests and by rehearsals.
 */
import type { Double, DoubleAnswer, DoubleHandler, DoubleRequest, DoubleWorld } from '../../../http/double.ts'
import { type Account, categories, type ListDefinition, mergeFieldsOf, seedAccount } from './account.ts'
import { page } from './answers.ts'
import { invalidKey, notFound } from './errors.ts'
import * as members from './members.ts'
import { peopleOf } from './people.ts'
import * as segments from './segments.ts'

/** Basic authentication: any user, the key as its password. */
function guard({ headers }: DoubleRequest, { store }: DoubleWorld): DoubleAnswer | undefined {
  const account = store.get<Account>('account', 'account')
  const [scheme, encoded = ''] = (headers.authorization ?? '').split(' ')
  const [, ...password] = Buffer.from(encoded, 'base64').toString().split(':')
  return account && scheme === 'Basic' && password.join(':') === account.key ? undefined : invalidKey()
}

function describe(list: ListDefinition, { store }: DoubleWorld): Record<string, unknown> {
  const people = peopleOf(store, list.id)
  const count = (status: string): number => people.filter((person) => person.status === status).length
  return {
    ...list,
    stats: {
      member_count: count('subscribed'),
      unsubscribe_count: count('unsubscribed'),
      cleaned_count: count('cleaned'),
      total_contacts: people.length - count('archived'),
      merge_field_count: mergeFieldsOf[list.id]?.length ?? 0,
    },
  }
}

const account: DoubleHandler = (_request, { store }) => {
  const { account_name } = store.get<Account>('account', 'account') as Account
  return {
    status: 200,
    json: {
      account_id: '0a1b2c3d4e5f',
      account_name,
      email: 'practice@example.com',
      role: 'owner',
      username: 'practice',
    },
  }
}

const lists: DoubleHandler = ({ query }, world) =>
  page(query, 'lists', world.store.list<ListDefinition>('list'), ({ value }) => describe(value, world), {
    constraints: { may_create: true, max_instances: 5, current_total_instances: 2 },
  })

const interestCategories: DoubleHandler = ({ parts, query }) =>
  page(
    query,
    'categories',
    categories[parts.list ?? ''] ?? [],
    ({ id, title }) => ({ list_id: parts.list, id, title }),
    {
      list_id: parts.list,
    },
  )

const interests: DoubleHandler = ({ parts, query }) => {
  const category = categories[parts.list ?? '']?.find(({ id }) => id === parts.category)
  if (!category) return notFound()
  const more = { list_id: parts.list, category_id: category.id }
  return page(query, 'interests', Object.entries(category.interests), ([id, name]) => ({ ...more, id, name }), more)
}

/** Only below audiences that are there. */
const inList =
  (handler: DoubleHandler): DoubleHandler =>
  (request, world) =>
    world.store.get('list', request.parts.list ?? '') === undefined ? notFound() : handler(request, world)

const below: Record<string, DoubleHandler> = {
  'GET ': ({ parts }, world) => ({
    status: 200,
    json: describe(world.store.get<ListDefinition>('list', parts.list ?? '') as ListDefinition, world),
  }),
  'POST ': members.batch,
  'GET /merge-fields': ({ parts, query }) =>
    page(query, 'merge_fields', mergeFieldsOf[parts.list ?? ''] ?? [], (field) => field, { list_id: parts.list }),
  'GET /interest-categories': interestCategories,
  'GET /interest-categories/:category/interests': interests,
  'GET /members': members.index,
  'GET /members/:member': members.show,
  'PATCH /members/:member': members.patch,
  'DELETE /members/:member': members.archive,
  'GET /members/:member/tags': segments.tagsOfMember,
  'GET /segments': segments.index,
  'GET /segments/:segment': segments.show,
  'POST /segments/:segment': segments.change,
}

export const mailchimpDouble: Double = {
  hosts: ['*.api.mailchimp.com'],
  guard,
  routes: {
    'GET /3.0': account,
    'GET /3.0/lists': lists,
    ...Object.fromEntries(
      Object.entries(below).map(([route, handler]) => [route.replace(' ', ' /3.0/lists/:list'), inList(handler)]),
    ),
  },
  notFound: () => notFound(),
  seed: ({ store }) => seedAccount(store),
}
