/** Members of an audience: found, taken in many at a time, changed and archived one by one. */
import { z } from 'zod'
import type { DoubleAnswer, DoubleHandler, DoubleRequest, DoubleWorld } from '../../../http/double.ts'
import type { Account } from './account.ts'
import { bodyOf, page } from './answers.ts'
import { cannotBeRemoved, invalidResource, notFound, problem } from './errors.ts'
import {
  addressFault,
  changed,
  consentFault,
  hashOf,
  newcomer,
  type Person,
  peopleOf,
  personNamed,
  type Sent,
  save,
  shown,
} from './people.ts'

const MOST_MEMBERS = 500

const common = {
  email_type: z.enum(['html', 'text']).optional(),
  merge_fields: z.record(z.string(), z.unknown()).optional(),
  interests: z.record(z.string(), z.boolean()).optional(),
  language: z.string().optional(),
  vip: z.boolean().optional(),
}
const statuses = z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional'])
const batchShape = z.strictObject({
  members: z.array(
    z.strictObject({
      ...common,
      email_address: z.string(),
      status: statuses.optional(),
    }),
  ),
  update_existing: z.boolean().default(false),
})
type BatchMember = z.infer<typeof batchShape>['members'][number]

type BatchFault = { email_address: string; error: string; error_code: string; field?: string; field_message?: string }
type Outcome = { person: Person; isNew: boolean } | { fault: BatchFault }

const accountOf = ({ store }: DoubleWorld): Account => store.get<Account>('account', 'account') as Account

export const batch: DoubleHandler = ({ parts, text }, world) => {
  const list = parts.list ?? ''
  const parsed = bodyOf(text, batchShape)
  if ('refused' in parsed) return parsed.refused
  const { members, update_existing } = parsed.body
  if (members.length > MOST_MEMBERS) {
    return invalidResource([
      { field: 'members', message: `This collection should contain ${MOST_MEMBERS} elements or less.` },
    ])
  }
  const seen = new Set<string>()
  const outcomes = members.map((member): Outcome => {
    const { email_address } = member
    const again = seen.has(hashOf(email_address))
    seen.add(hashOf(email_address))
    if (again) return generic(email_address, `Duplicate items found for email ${email_address} in request.`)
    return takeIn(list, member, update_existing, world)
  })
  const done = (isNew: boolean) =>
    outcomes.flatMap((each) =>
      'person' in each && each.isNew === isNew ? [shown(world.store, list, each.person)] : [],
    )
  const errors = outcomes.flatMap((each) => ('fault' in each ? [each.fault] : []))
  const [created, updated] = [done(true), done(false)]
  return {
    status: 200,
    json: {
      new_members: created,
      updated_members: updated,
      errors,
      total_created: created.length,
      total_updated: updated.length,
      error_count: errors.length,
    },
  }
}

function generic(email_address: string, error: string): { fault: BatchFault } {
  return { fault: { email_address, error, error_code: 'ERROR_GENERIC', field: '', field_message: '' } }
}

function takeIn(list: string, member: BatchMember, changes: boolean, world: DoubleWorld): Outcome {
  const { store, now } = world
  const { email_address: email, status } = member
  const wrong = addressFault(email)
  if (wrong) return generic(email, wrong)
  const account = accountOf(world)
  const there = personNamed(store, list, hashOf(email))
  const isNew = !there || (there.status === 'archived' && account.archivedAreNew)
  if (!isNew && !changes) {
    const error = `${email} is already a list member, do you want to update? please provide update_existing:true in the request body`
    return { fault: { ...generic(email, error).fault, error_code: 'ERROR_CONTACT_EXISTS' } }
  }
  if (isNew && status === undefined) return generic(email, 'Please provide a status for new members.')
  const refused = consentFault(account, email, status, there !== undefined)
  if (refused) return generic(email, refused)
  const result = changed(list, there ?? newcomer(store, list, email), member as Sent, now())
  if ('fault' in result) {
    const { field, message } = result.fault
    return { fault: { ...generic(email, 'Your merge fields were invalid.').fault, field, field_message: message } }
  }
  return { person: save(store, list, { ...result.person, status: status ?? result.person.status }), isNew }
}

const patchShape = z.strictObject({
  ...common,
  email_address: z.string().optional(),
  status: z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending']).optional(),
  marketing_permissions: z
    .array(z.strictObject({ marketing_permission_id: z.string(), enabled: z.boolean() }))
    .optional(),
})

const named = ({ parts }: DoubleRequest, { store }: DoubleWorld): Person | undefined =>
  personNamed(store, parts.list ?? '', parts.member ?? '')

export const patch: DoubleHandler = (request, world) => {
  const { store, now } = world
  const list = request.parts.list ?? ''
  const person = named(request, world)
  if (!person) return notFound()
  const parsed = bodyOf(request.text, patchShape)
  if ('refused' in parsed) return parsed.refused
  const { email_address: email = person.email_address, status } = parsed.body
  const wrong = addressFault(email)
  if (wrong) return invalidResource([{ field: 'email_address', message: wrong }])
  const other = hashOf(email) === person.id ? undefined : personNamed(store, list, hashOf(email))
  if (other)
    return problem(400, 'Member Exists', `${email} is already a list member. Use PUT to insert or update list members.`)
  const refused = consentFault(accountOf(world), email, status, true)
  if (refused) return problem(400, 'Member In Compliance State', refused)
  const result = changed(list, person, parsed.body as Sent, now())
  if ('fault' in result) return problem(400, 'Invalid Resource', 'Your merge fields were invalid.', [result.fault])
  const saved = { ...result.person, email_address: email, id: hashOf(email), status: status ?? person.status }
  return { status: 200, json: shown(store, list, save(store, list, saved, person.id)) }
}

export const show: DoubleHandler = (request, world): DoubleAnswer => {
  const person = named(request, world)
  return person ? { status: 200, json: shown(world.store, request.parts.list ?? '', person) } : notFound()
}

export const archive: DoubleHandler = (request, world) => {
  const person = named(request, world)
  if (!person) return notFound()
  if (person.status === 'archived') return cannotBeRemoved()
  save(world.store, request.parts.list ?? '', { ...person, status: 'archived' })
  return { status: 204 }
}

/** Archived members are listed only when they are asked for. */
export const index: DoubleHandler = ({ parts, query }, { store }) => {
  const list = parts.list ?? ''
  const status = query.get('status')
  const people = peopleOf(store, list).filter((person) =>
    status === null ? person.status !== 'archived' : person.status === status,
  )
  return page(query, 'members', people, (person) => shown(store, list, person), { list_id: list })
}
