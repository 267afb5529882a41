/** What a company's Salesforce has: its objects and their fields, from Salesforce itself. Asked once per session. */
import type { Api } from '../../http/api.ts'
import { path } from '../../http/call.ts'
import { ProblemError } from '../../problems.ts'
import { compositeShape, type DescribedField, describeShape, type ListedObject, objectsShape } from './shapes.ts'

/** Salesforce supports a version for at least three years; this one has everything that is used here. */
export const apiPath = '/services/data/v59.0'

/** Subrequests of one composite request. */
const COMPOSITE = 25

export type DescribedObject = ListedObject & { fields: Map<string, DescribedField> }

export type Org = {
  /** All objects that can be written, without their fields. */
  list(): Promise<ListedObject[]>
  /** In the order asked for; those that may not be looked into are left out. Throws ProblemError. */
  describe(objects: readonly ListedObject[]): Promise<DescribedObject[]>
  /** One object by its API name. Throws ProblemError `edit-sync` where there is none. */
  object(name: string): Promise<DescribedObject>
  /** The same without its fields. */
  listed(name: string): Promise<ListedObject>
  /** The same where it was asked for already. */
  known(name: string): DescribedObject | undefined
}

export function openOrg(api: Api): Org {
  let listed: Promise<ListedObject[]> | undefined
  const known = new Map<string, DescribedObject>()

  async function list(): Promise<ListedObject[]> {
    const { sobjects } = await api.ask({ method: 'GET', path: `${apiPath}/sobjects` }, objectsShape)
    return sobjects.filter(isForPeople)
  }

  /** Several in one request: a company has hundreds, and each request counts. */
  async function ask(objects: readonly ListedObject[]): Promise<void> {
    const compositeRequest = objects.map(({ name }, at) => ({
      method: 'GET',
      url: `${apiPath}${path`/sobjects/${name}/describe`}`,
      referenceId: `object${at}`,
    }))
    const call = { method: 'POST' as const, path: `${apiPath}/composite`, json: { allOrNone: false, compositeRequest } }
    const { compositeResponse } = await api.ask(call, compositeShape)
    for (const { body, httpStatusCode, referenceId } of compositeResponse) {
      const object = objects[Number(referenceId.replace('object', ''))]
      const described = httpStatusCode === 200 ? describeShape.safeParse(body).data : undefined
      if (object && described) known.set(object.name, { ...object, fields: fieldsOf(described.fields) })
    }
  }

  const org: Org = {
    list() {
      listed ??= list().catch((error: unknown) => {
        listed = undefined
        throw error
      })
      return listed
    },
    async describe(objects) {
      const unknown = objects.filter(({ name }) => !known.has(name))
      for (let at = 0; at < unknown.length; at += COMPOSITE) await ask(unknown.slice(at, at + COMPOSITE))
      return objects.flatMap(({ name }) => known.get(name) ?? [])
    },
    known: (name) => known.get(name),
    async listed(name) {
      const found = (await org.list()).find((object) => object.name === name)
      if (found) return found
      throw notThere()
    },
    async object(name) {
      const found = await org.listed(name)
      const seen = known.get(name)
      if (seen) return seen
      const call = { method: 'GET' as const, path: `${apiPath}${path`/sobjects/${name}/describe`}` }
      const { fields } = await api.ask(call, describeShape)
      const described = { ...found, fields: fieldsOf(fields) }
      known.set(name, described)
      return described
    },
  }
  return org
}

const fieldsOf = (fields: DescribedField[]) => new Map(fields.map((field) => [field.name, field]))

/** Without what Salesforce keeps for itself: histories, shares, settings, objects that no page shows. */
function isForPeople(object: ListedObject): boolean {
  if (object.deprecatedAndHidden || object.customSetting || !object.queryable) return false
  return (object.createable || object.updateable) && (object.custom || object.layoutable)
}

function notThere(): ProblemError {
  return new ProblemError({
    remedy: 'edit-sync',
    message: 'Salesforce does not have this object, or this user may not see it. Choose another one in the sync.',
  })
}
