/** Writes the members of an audience. */
import type { Api } from '../../http/api.ts'
import { keyFaults, looseKey } from '../../http/keys.ts'
import { type BatchPlan, openHttpWriter, type Part } from '../../http/writer.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, Write, WriteResult, Writer, WriteTarget } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import { createOneByOne } from './at-once.ts'
import type { Audience } from './audience.ts'
import { batchPart, type Item, permissionsSent } from './batch.ts'
import { interestOf, newStatusField, permissionOf, unsubscribeField } from './fields.ts'
import { createStandingsLookup, type Standings, standingCall } from './look.ts'
import { archivePart, type Named, patchPart, shown } from './one-member.ts'
import { contactKey, emailKey, type KeyName } from './places.ts'
import { alreadyThere } from './problems.ts'
import { isNewStatus, isThere, type NewStatus, type Standing } from './status.ts'
import { missingParts, toMember } from './values.ts'

function editSync(message: string): ProblemError {
  return new ProblemError({ remedy: 'edit-sync', message })
}

const modes = ['upsert', 'update', 'insert', 'mirror']

function checkTarget({ mode, removal, key, fields }: WriteTarget): KeyName {
  if (!modes.includes(mode))
    throw editSync('Mailchimp cannot do this with the members of an audience. Choose another way to send.')
  if (key !== emailKey && key !== contactKey) throw editSync('Mailchimp finds members by their email. Choose it.')
  if (key === contactKey && mode !== 'update')
    throw editSync(
      'Mailchimp gives contact ids itself, so nobody can be added by them. Choose “Update existing only”, or the email as the unique id.',
    )
  if (mode === 'mirror' && removal !== 'nothing' && removal !== 'archive' && removal !== 'clear')
    throw editSync('Mailchimp can archive members or empty their fields. Choose what happens to rows that left.')
  const missing = missingParts(new Set(fields.map(({ id }) => id)))
  if (missing) throw editSync(`An address is kept as a whole. Map its ${missing} as well, or take its other parts out.`)
  return key
}

/** What is asked before a batch is sent. */
type Known = { standings: Standings; mergeFields: Audience['mergeFields'] }

export type MembersOptions = {
  list: string
  target: WriteTarget
  /** What the connection says of people who are new. */
  statusIfNew: NewStatus
  /** The audience's merge fields, asked for at most once. */
  mergeFields: { ask(): Promise<Audience['mergeFields']>; known(): Audience['mergeFields'] | undefined }
}

/** @throws ProblemError (`edit-sync`) if the target does not fit */
export function openMembersWriter(
  api: Api,
  context: Context,
  { list, target, statusIfNew, mergeFields }: MembersOptions,
): Writer {
  const key = checkTarget(target)
  const { mode, removal } = target
  const label = target.fields.find(({ id }) => id === key)?.label ?? (key === emailKey ? 'Email' : 'Contact ID')
  const without = new Set([key, contactKey, newStatusField])
  const oneMember = { list, key, oneByOne: createOneByOne() }
  const noted = new WeakMap<Write, WriteResult>()
  const lookup = createStandingsLookup(api, list, key)

  // Of an address, which is kept as a whole, one part that is required keeps them all.
  const required = new Set(target.fields.flatMap((field) => (field.required ? [mergeTagOf(field.id)] : [])))
  /** A removal that empties: all that is mapped, but the key, what is required, and what says who may be mailed. */
  const emptied = Object.fromEntries(
    target.fields
      .filter(({ id }) => !without.has(id) && id !== unsubscribeField && permissionOf(id) === undefined)
      .filter(({ id }) => !required.has(mergeTagOf(id)))
      .map(({ id }) => [id, interestOf(id) !== undefined || id === 'vip' ? false : null]),
  )

  function plan(batch: readonly Write[], known?: Known): BatchPlan {
    const settled = keyFaults(batch, label)
    const merge = known?.mergeFields ?? mergeFields.known()
    const items: Item[] = []
    const patches: (Named & { json: object })[] = []
    const clears: (Named & { json: object })[] = []
    const archives: Named[] = []
    for (const [at, write] of batch.entries()) {
      if (settled.has(at)) continue
      const standing = known?.standings.get(looseKey(write.key))
      if (write.op === 'remove') {
        if (removal === 'nothing') settled.set(at, leftAlone)
        else if (removal === 'archive') archives.push({ at, write })
        else if (standing === 'archived') settled.set(at, { status: 'accepted' })
        else {
          const shaped = toMember(emptied, without, merge)
          clears.push({ at, write, json: 'refused' in shaped ? {} : shaped.body })
        }
        continue
      }
      const result = leftOut(standing)
      const shaped = toMember(write.record, without, merge)
      const wished = write.record[newStatusField] ?? statusIfNew
      if (result) settled.set(at, result)
      else if ('refused' in shaped) settled.set(at, refused(shaped.refused))
      else if (!isNewStatus(wished)) settled.set(at, refused(`“${String(wished)}” is no status of new members.`))
      else if (mode === 'update') {
        const consents = permissionsSent(shaped.permissions, false)
        patches.push({
          at,
          write,
          json: { ...shaped.body, ...(consents.length > 0 && { marketing_permissions: consents }) },
        })
      } else {
        const { body, permissions } = shaped
        const email = String(write.key).trim()
        items.push({ at, write, email, body, permissions, statusIfNew: wished, standing })
      }
    }
    return { settled, parts: partsOf(items, patches, clears, archives) }
  }

  function partsOf(
    items: Item[],
    patches: (Named & { json: object })[],
    clears: (Named & { json: object })[],
    archives: Named[],
  ): Part[] {
    const { oneByOne } = oneMember
    return [
      ...(items.length > 0 ? [batchPart(items, { list, changes: mode !== 'insert', oneByOne, noted })] : []),
      ...(patches.length > 0 ? [patchPart(patches, oneMember, notThere)] : []),
      // Who is not there has nothing that could be emptied.
      ...(clears.length > 0 ? [patchPart(clears, oneMember, { status: 'accepted' })] : []),
      ...(archives.length > 0 ? [archivePart(archives, oneMember)] : []),
    ]
  }

  /** Who was archived is not there for a sync that updates, and is none of the business of one that only adds. */
  function leftOut(standing: Standing): WriteResult | undefined {
    if (mode === 'insert' && isThere(standing)) return alreadyThere
    if (standing !== 'archived' || (mode !== 'update' && mode !== 'insert')) return undefined
    const reason = mode === 'update' ? 'is archived in the audience' : 'was in the audience and is archived'
    return { status: 'skipped', reason: `This person ${reason}.` }
  }

  /** Who is archived tells by itself that they were so before. */
  const asked = (batch: readonly Write[]) => batch.filter((write) => write.op !== 'remove' || removal === 'clear')

  return openHttpWriter<Known>({
    api,
    context,
    plan,
    lookCalls: (batch) => asked(batch).map((write) => shown(standingCall(list, key, write.key), key, write)),
    look: async (batch) => ({ standings: await lookup(asked(batch)), mergeFields: await mergeFields.ask() }),
  })
}

/** `ADDRESS` of `ADDRESS.city`; of a field without parts itself. */
const mergeTagOf = (field: string): string => field.split('.')[0] ?? field

const notThere: WriteResult = { status: 'skipped', reason: 'Nobody in the audience has this key.' }
