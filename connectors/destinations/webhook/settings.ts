/** The form of a webhook connection. */
import type { Settings } from '../../types.ts'
import { defaultBodies } from './template.ts'

export const webhookSettings = {
  url: {
    kind: 'text',
    label: 'Address',
    placeholder: 'https://hooks.example.com/customers',
    help: 'Where the records are sent. Use https:// wherever you can: http:// is not encrypted.',
  },
  method: {
    kind: 'choice',
    label: 'Method',
    choices: [
      { value: 'POST', label: 'POST' },
      { value: 'PUT', label: 'PUT' },
      { value: 'PATCH', label: 'PATCH' },
    ],
    default: 'POST',
  },
  headers: {
    kind: 'secret',
    multiline: true,
    optional: true,
    label: 'Headers',
    placeholder: 'Authorization: Bearer …',
    help: 'One "Name: value" on each line. The page about webhooks or the API of the receiving product says which key it wants, and where to find it.',
  },
  key: {
    kind: 'text',
    optional: true,
    label: 'Unique id',
    placeholder: 'email',
    help: 'The field by which the receiver tells records apart, if it does. Every sync must then fill it; it is sent as the key.',
  },
  send: {
    kind: 'choice',
    label: 'Each request holds',
    choices: [
      { value: 'batch', label: 'Several records' },
      { value: 'single', label: 'One record' },
    ],
    default: 'batch',
  },
  batchSize: {
    kind: 'number',
    label: 'Records per request',
    default: 100,
    min: 1,
    max: 10_000,
    when: { setting: 'send', is: 'batch' },
  },
  body: {
    kind: 'multiline',
    optional: true,
    label: 'Body',
    placeholder: defaultBodies.batch,
    help: 'JSON with placeholders. Several records: {{changes}} (op, key and record of each), {{records}}, {{op}}. One record: {{record}}, {{record.email}}, {{key}}, {{op}}. Left empty: what is shown.',
  },
  concurrency: { kind: 'number', label: 'Requests at the same time', default: 4, min: 1, max: 32 },
  timeout: { kind: 'number', label: 'Seconds to wait for an answer', default: 60, min: 1, max: 600 },
  statuses: { kind: 'text', label: 'Statuses that mean success', default: '200-299' },
  bodyRule: {
    kind: 'text',
    optional: true,
    label: 'Value in the answer that means success',
    placeholder: '$.ok = true',
    help: 'For products that answer 200 although something failed.',
  },
  results: {
    kind: 'text',
    optional: true,
    label: 'List of results in the answer',
    placeholder: '$.results',
    help: 'Where the answer has one entry per record, in their order. An entry with "error", "ok": false or a status from 400 on is shown as refused, with its reason.',
  },
} as const satisfies Settings
