/** Sends records to any address that takes JSON: an automation tool, a company's own service, a product without a connector. */
import { isSuccess, problemOf } from '../../http.ts'
import { ProblemError } from '../../problems.ts'
import { destination, type Removal } from '../../types.ts'
import { parseEndpoint, secretsOfAddress } from './endpoint.ts'
import { webhookSettings } from './settings.ts'
import { openWebhookWriter, webhookModes } from './writer.ts'

export const webhook = destination({
  id: 'webhook',
  name: 'Webhook',
  kind: 'destination',
  summary:
    'Sends records as JSON to any web address: automation tools, your own services, products without a connector.',
  settings: webhookSettings,
  secrets: secretsOfAddress,
  quotaHolder: (values) => `webhook ${URL.parse(values.url ?? '')?.origin ?? ''}`,
  oneWriter: (values) => `webhook ${URL.parse(values.url ?? '')?.href ?? ''}`,
  async open(values, context) {
    const endpoint = parseEndpoint(values)
    return {
      limits: {
        records: endpoint.sendAs === 'single' ? 1 : (values.batchSize ?? 100),
        concurrency: values.concurrency ?? 4,
      },
      async test() {
        await context.takeTurn()
        const response = await context.http({
          method: 'GET',
          url: endpoint.url.href,
          headers: endpoint.headers,
          timeoutMs: endpoint.timeoutMs,
        })
        const { status } = response
        if (status === 401 || status === 403 || status === 429 || status >= 500 || (status >= 300 && status < 400)) {
          throw new ProblemError(problemOf(response, endpoint.product))
        }
        // Many receivers answer 404 or 405 to a request that brings nothing; only a push shows more.
        const note = isSuccess(status) ? '' : ` (it answered ${status} to a look without records; that is common)`
        const open = endpoint.url.protocol === 'http:' ? '. What is sent is not encrypted' : ''
        return `Reached ${endpoint.url.host}${note}${open}`
      },
      // Parameters are often keys, which are changed.
      place: async () => `${endpoint.url.origin}${endpoint.url.pathname}`,
      async listObjects() {
        const removals: Removal[] = [
          ...(endpoint.body.tellsOp ? (['delete'] as const) : []),
          ...(endpoint.key === null ? [] : (['clear'] as const)),
        ]
        return [
          {
            id: 'records',
            label: 'Records',
            modes: webhookModes.filter((mode) => mode !== 'mirror' || removals.length > 0),
            keys: endpoint.key === null ? [] : [endpoint.key],
            removals,
            openFields: true,
            readable: false,
            notes: [
              'A webhook cannot be read back: Outflow compares with what it sent last.',
              'Whether a record is added, changed or removed is for the receiver to do: it is told the op ("add", "change", "remove") where the body holds {{changes}} or {{op}}.',
            ],
          },
        ]
      },
      async listFields() {
        const { key } = endpoint
        return key === null ? [] : [{ id: key, label: key, type: 'json', required: true, readOnly: false }]
      },
      async openWriter(target) {
        return openWebhookWriter(endpoint, target, context)
      },
      async close() {},
    }
  },
})
