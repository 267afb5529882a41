/** One open connection to a company's Salesforce. */
import { type Api, openApi, readJson } from '../../http/api.ts'
import { signedIn } from '../../http/auth.ts'
import { isSuccess, type Product } from '../../http.ts'
import { ProblemError } from '../../problems.ts'
import type { Context, DestinationSession, Limits, SettingValues } from '../../types.ts'
import { clientId, instanceAddress, loginServer, userId } from './login.ts'
import { lookUp, query, sameKey } from './look.ts'
import { fieldsOf, inOrder, objectOf } from './objects.ts'
import { apiPath, openOrg } from './org.ts'
import { problemOfAnswer, requestsLeft } from './problems.ts'
import type { salesforceSettings } from './settings.ts'
import { limitsShape } from './shapes.ts'
import { readValue } from './values.ts'
import { openSalesforceWriter, smallBatches, type Ways } from './writer.ts'

/** @throws ProblemError (`reconnect`) when a setting is wrong or nobody is signed in; `retry` */
export async function openSalesforce(
  values: Partial<SettingValues<typeof salesforceSettings>>,
  context: Context,
  ways?: Ways,
): Promise<DestinationSession> {
  const { issuer } = loginServer(values)
  clientId(values)
  const limits: Limits = { ...smallBatches }
  const note = (left: number | undefined): void => {
    if (left !== undefined) limits.requestsLeftToday = left
  }
  const product: Product = { name: 'Salesforce' }
  const auth = signedIn(context.access, (answer) => instanceAddress(answer, values))
  const api = openApi(
    {
      product: { ...product, problems: (response) => problemOfAnswer(response, api.product.secrets) },
      base: issuer,
      auth,
      heard: ({ headers }) => note(requestsLeft(headers)),
    },
    context,
  )
  note(await leftToday(api))
  const org = openOrg(api)
  // Who opens a writer is told at once what is not there, without another request.
  await org.list()
  return {
    limits,
    test: () => whoIsThere(api, context),
    // Salesforce names a company's own address with the tokens.
    place: async () => (await auth()).base ?? issuer,
    async listObjects(only) {
      const listed = (await org.list()).filter(({ name }) => only === undefined || name === only)
      return (await org.describe(inOrder(listed))).map(objectOf).filter(({ modes }) => modes.length > 0)
    },
    listFields: async (object) => fieldsOf(await org.object(object)),
    async read(object, key, keys, fields) {
      const described = await org.object(object)
      const keyField = described.fields.get(key)
      if (!keyField) throw new ProblemError({ remedy: 'edit-sync', message: noField })
      const known = fields.filter((name) => described.fields.has(name))
      const found = await lookUp(api, object, keyField, keys, known)
      return keys.map((value) => {
        const record = found.get(sameKey(value, keyField))?.[0]
        if (!record) return null
        return Object.fromEntries(
          known.map((name) => [name, readValue(record[name], described.fields.get(name)?.type ?? 'string')]),
        )
      })
    },
    async openWriter(target) {
      return openSalesforceWriter(api, org, await org.listed(target.object), target, context, ways)
    },
    async close() {},
  }
}

/** Not every user may see it; without it the guard for the day's requests has nothing to say. */
async function leftToday(api: Api): Promise<number | undefined> {
  const response = await api.send({ method: 'GET', path: `${apiPath}/limits`, accepts: [403, 404] })
  return isSuccess(response.status)
    ? readJson(response, api.product, limitsShape).DailyApiRequests?.Remaining
    : undefined
}

async function whoIsThere(api: Api, context: Context): Promise<string> {
  const [company] = await query(api, 'SELECT Name, IsSandbox FROM Organization')
  const id = context.access && userId((await context.access()).answer)
  const [user] = id ? await query(api, `SELECT Name, Username FROM User WHERE Id IN ('${id}')`) : []
  const where = `${company?.IsSandbox === true ? 'the sandbox of ' : ''}${String(company?.Name ?? 'Salesforce')}`
  const who = user ? ` as ${String(user.Name)} (${String(user.Username)})` : ''
  return `Signed in to Salesforce, ${where}${who}`
}

const noField = 'Salesforce does not have the unique field of this sync any more. Choose another one.'
