/** The one page of the authorization server that a person sees: who is asking, and yes or no. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'

/** Where the provider sends a browser for the person's answer. */
export const pageOf = (uid: string): string => `/interaction/${uid}`

/** Shows the page (GET) or takes its answer (POST). */
export async function answerPage(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, uid } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Salesforce</title>
      <main><h1>Allow access?</h1><p>Outflow is asking to manage your data, as ada@rehearsal.example.</p>
      <form method="post" action="${pageOf(uid)}">
      <button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></form></main></html>`
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
    return
  }
  let body = ''
  for await (const chunk of request) body += chunk
  if (new URLSearchParams(body).get('answer') !== 'allow') {
    const no = { error: 'access_denied', error_description: 'end-user denied authorization' }
    return provider.interactionFinished(request, response, no)
  }
  const grant = new provider.Grant({ accountId: 'ada', clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { login: { accountId: 'ada' }, consent, prompt: prompt.name })
}
