/** A company's Salesforce on a loopback port: a real authorization server for the sign-in, the strict double for the records. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { salesforceDoubleFor } from '../../connectors/destinations/salesforce/double/double.ts'
import { recordsOf } from '../../connectors/destinations/salesforce/double/records.ts'
import { type PracticeObject, practiceObject } from '../../connectors/destinations/salesforce/double/schema.ts'
import { callbackPath, callbackPorts } from '../../connectors/destinations/salesforce/settings.ts'
import { openDouble } from '../../connectors/http/double.ts'
import type { HttpRequest, Row } from '../../connectors/types.ts'
import { type SignInProvider, startSignInProvider } from './sign-in-provider.ts'

export type SalesforceOrg = {
  provider: SignInProvider
  /** What is to be filled in to sign in here. */
  values: { login: string; domain: string; client: string }
  /** The records of an object, oldest first. */
  records(object: string): Row[]
  /** Called before each request for records. */
  onRequest(listener: (path: string) => Promise<void>): void
  close(): Promise<void>
}

export async function startSalesforceOrg(): Promise<SalesforceOrg> {
  // Whether a session is good is asked of the authorization server, before the double sees it.
  const double = openDouble(
    salesforceDoubleFor((session) => session !== 'none'),
    ':memory:',
  )
  let listen: (path: string) => Promise<void> = async () => undefined

  async function answer(request: IncomingMessage, response: ServerResponse, token: string | undefined): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { status, headers, body } = double.answer({
      method: request.method as HttpRequest['method'],
      url: `http://localhost${request.url}`,
      headers: { ...(request.headers as Record<string, string>), authorization: `Bearer ${token ?? 'none'}` },
      body: Buffer.concat(parts),
    })
    response.writeHead(status, headers).end(body)
  }

  const provider = await startSignInProvider({
    redirects: callbackPorts.map((port) => `http://localhost:${port}${callbackPath}`),
    before: (path) => listen(path),
    api: (request, response, token) => void answer(request, response, token),
  })
  return {
    provider,
    values: { login: 'domain', domain: provider.origin, client: provider.clientId },
    records: (object) => recordsOf(double.world.store, practiceObject(object) as PracticeObject),
    onRequest: (listener) => {
      listen = listener
    },
    async close() {
      await provider.close()
      double.close()
    },
  }
}
