/** What a request may hold, before any record is looked at. */
import type { DoubleAnswer } from '../../../http/double.ts'
import type { Row, Value } from '../../../types.ts'
import { type PracticeField, type PracticeObject, practiceField } from './schema.ts'

/** A refusal of the whole request. */
export const refusal = (status: number, errorCode: string, message: string): DoubleAnswer => ({
  status,
  json: [{ message, errorCode }],
})

/** A refusal that was decided deep inside. */
export class Refused extends Error {
  readonly answer: DoubleAnswer
  constructor(status: number, errorCode: string, message: string) {
    super(message)
    this.answer = refusal(status, errorCode, message)
  }
}

const formats: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  datetime: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)$/,
  time: /^\d\d:\d\d:\d\d(\.\d{1,3})?Z?$/,
}
const numeric = new Set(['int', 'double', 'currency', 'percent'])

/** One record of a JSON body: known fields, values of their types. Throws Refused, as the parser refuses the whole body. */
export function parsedRecord(object: PracticeObject, given: Row): Row {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      if (name === 'attributes' || name.toLowerCase() === 'id') return []
      const field = practiceField(object, name)
      if (!field) {
        throw new Refused(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`)
      }
      return [[field.name, parsedValue(field, value)]]
    }),
  )
}

function parsedValue(field: PracticeField, value: Value): Value {
  const { name, type } = field
  const refuse = (what: string): never => {
    const message = `Cannot deserialize instance of ${what} from ${JSON.stringify(value)} or request may be missing a required field at ${name}`
    throw new Refused(400, 'JSON_PARSER_ERROR', message)
  }
  if (value === null || (typeof value === 'string' && value.trim() === '')) return null
  if (typeof value === 'object') return refuse(type)
  if (numeric.has(type)) {
    if (typeof value === 'boolean' || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(String(value))) return refuse(type)
    return rounded(Number(value), field)
  }
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value
    return value === 'true' || value === 'false' ? value === 'true' : refuse(type)
  }
  const format = formats[type]
  if (format && !format.test(String(value))) return refuse(type)
  if (type === 'datetime') return `${new Date(String(value)).toISOString().slice(0, 19)}.000+0000`
  return typeof value === 'string' ? keptText(value.trim(), type) : refuse('string')
}

/** Texts are kept without the blanks around them, addresses in small letters, Ids with their checksum. */
function keptText(text: string, type: string): string {
  if (type === 'email') return text.toLowerCase()
  return type === 'reference' && text.length === 15 ? `${text}AAA` : text
}

const rounded = (number: number, { type, scale = 0 }: PracticeField): number =>
  type === 'int' ? Math.trunc(number) : Number(number.toFixed(scale))
