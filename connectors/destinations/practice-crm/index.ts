/**
 * A CRM inside the app that behaves like a real one: required fields, refused addresses, a rate limit, an archive. For
 * the first minute, for demonstrations without a network, and for trying a sync before it meets the real product.
 */
import { ProblemError } from '../../problems.ts'
import { destination } from '../../types.ts'
import { openDatabase, plainly, requestsPerSecond, takeRequest } from './database.ts'
import { crmObject, crmObjects, describeObject } from './objects.ts'
import { readByKey } from './records.ts'
import { openCrmWriter, recordsPerRequest } from './writer.ts'

export { listRecords, type RecordPage } from './records.ts'

const countedObjects = crmObjects.filter(({ kind }) => kind === 'records')
const count = new Intl.NumberFormat('en-US')

export const practiceCrm = destination({
  id: 'practice-crm',
  name: 'Practice CRM',
  kind: 'destination',
  summary:
    'A CRM inside Outflow for trying things out: it checks, refuses and archives like a real one, and nobody gets mail.',
  settings: {
    file: {
      kind: 'file',
      label: 'File',
      help: 'Where the Practice CRM keeps its records. A new file is made if there is none.',
      placeholder: 'practice.crm',
    },
  },
  quotaHolder: (values) => `practice-crm ${values.file ?? ''}`,
  async open(values, context) {
    const file = values.file?.trim()
    if (!file) throw new ProblemError({ remedy: 'reconnect', message: 'Choose a file for the Practice CRM.' })
    const db = openDatabase(file)
    return {
      limits: {
        records: recordsPerRequest,
        concurrency: 2,
        rate: { requests: requestsPerSecond, perMs: 1000 },
      },
      async test() {
        const counts = plainly(() =>
          countedObjects.map((object) => {
            const line = db
              .prepare<[string], { n: number }>('SELECT count(*) AS n FROM record WHERE object = ? AND archived = 0')
              .get(object.id)
            return `${count.format(line?.n ?? 0)} ${object.label.toLowerCase()}`
          }),
        )
        return `Practice CRM with ${counts.join(' and ')}`
      },
      place: async () => file,
      async listObjects() {
        return crmObjects.map(describeObject)
      },
      async listFields(object) {
        return crmObject(object).fields
      },
      async read(object, key, keys, fields) {
        const found = crmObject(object)
        if (key !== found.key) {
          const message =
            found.key === null
              ? `${found.label} have no unique id, so a single one cannot be found.`
              : `${found.label} can only be found by ${found.key}.`
          throw new ProblemError({ remedy: 'edit-sync', message })
        }
        const records: Awaited<ReturnType<typeof readByKey>> = []
        for (let from = 0; from < keys.length; from += recordsPerRequest) {
          await context.takeTurn()
          context.signal.throwIfAborted()
          const part = keys
            .slice(from, from + recordsPerRequest)
            .map((value) => (typeof value === 'string' ? value : null))
          const request = db.transaction(() => {
            takeRequest(db)
            return readByKey(db, found, part, fields)
          })
          records.push(...plainly(() => request.immediate()))
        }
        return records
      },
      async openWriter(target) {
        return openCrmWriter(db, target, context)
      },
      async close() {
        db.close()
      },
    }
  },
})
