import type { Value } from '../../preload/api.ts'

/** A text that is looked for in changes: in their labels and in the values of their records, in upper or lower case. */
export type Needle = {
  /** Whether a page may hold it, told by its bytes alone: most pages hold nothing of what is looked for. */
  mayBeIn(heads: Uint8Array, records: Uint8Array): boolean
  /** Whether a record may hold it, told by its bytes alone. */
  mayBeInRecord(json: Uint8Array): boolean
  /** Whether a value of this record holds it, as the value is shown; the names of its fields do not count. */
  isInRecord(json: Uint8Array): boolean
  isInLabel(label: Uint8Array): boolean
}

export function openNeedle(search: string): Needle {
  const wanted = search.toLowerCase()
  const holdsText = scannerOf(wanted, '')
  // A quote or a line break stands otherwise in JSON.
  const holdsJson = scannerOf(JSON.stringify(wanted).slice(1, -1), NOT_A_NAME)
  return {
    mayBeIn: (heads, records) => holdsJson(records) || holdsText(heads),
    mayBeInRecord: holdsJson,
    isInRecord: (json) => isIn(JSON.parse(viewOf(json).toString()) as Value, wanted),
    isInLabel: holdsText,
  }
}

/** Not up to a quote and a colon: what stands in the name of a field is not worth parsing the record for. */
const NOT_A_NAME = '(?![^"\\\\]*":)'

function isIn(value: Value, wanted: string): boolean {
  if (value === null) return false
  if (typeof value === 'object') return Object.values(value).some((part) => isIn(part as Value, wanted))
  return String(value).toLowerCase().includes(wanted)
}

/**
 * Looks for a text in UTF-8. Letters of ASCII are the same bytes whatever stands around them, so nothing needs decoding and
 * the engine's own search runs over the bytes; other texts are compared in lower case.
 */
function scannerOf(lowerCase: string, then: string): (bytes: Uint8Array) => boolean {
  const pattern = lowerCase.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&') + then
  if (/^[\x20-\x7e]+$/.test(lowerCase)) {
    const inAnyCase = new RegExp(pattern, 'i')
    return (bytes) => inAnyCase.test(viewOf(bytes).toString('latin1'))
  }
  const inLowerCase = new RegExp(pattern)
  return (bytes) => inLowerCase.test(viewOf(bytes).toString().toLowerCase())
}

const viewOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
