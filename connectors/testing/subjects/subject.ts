/** What a test needs to know of a destination to prove it: one file beside this one for each. */
import type { Destination, Field, Mode, Removal, Row, SettingValues } from '../../types.ts'
import type { LoopbackServer } from '../http.ts'

export type Subject = {
  destination: Destination
  /** A connection that works. */
  values: SettingValues
  /** None of these may appear in a problem, a log line, a description or a noted exchange. */
  secrets: string[]
  object: string
  /** The field by which records are found, `null` where there is none. */
  key: string | null
  /** The mode by which most tests write. */
  mode: Mode
  fields: Field[]
  /** A record that is accepted; another one for every number. `text` goes into a field for free text. */
  record: (number: number, text?: string) => Row
  /** Longer free texts are refused, in bytes. Absent where every text of the suite is taken. */
  longestText?: number
  /** A record that is refused, where the destination looks at single records. */
  badRecord?: Row
  /** Connections that must end in `reconnect`. */
  wrongValues: SettingValues[]
  /** What somebody who reads the other side sees now, in no special order, as texts by field; '' for nothing. */
  stored: () => Promise<Stored[]>
  /** Empties the other side. Called before each test, when no session is open. */
  renew: () => Promise<void>
  /** Its objects, with everything that they say they can do. */
  proofs: Proof[]
  /** Only for those that speak HTTP. */
  server?: LoopbackServer
  stop: () => Promise<void>
}

export type Stored = Record<string, string>

/** One object with every mode and removal that it declares, and a way to see what is there that is not the connector's. */
export type Proof = {
  /** The connection, where it is another one than the subject's. */
  values?: SettingValues
  object: string
  key: string | null
  modes: Mode[]
  removals: Removal[]
  readable: boolean
  fields: Field[]
  record: (number: number, text?: string) => Row
  /** The field in which `text` is: it may be left out and emptied. Absent where there is nothing but the key. */
  text?: string
  /** A field without which no new record is taken, and which cannot be emptied. */
  required?: string
  /** Whether it knows what it has: it skips what the mode leaves alone, and says what it created. */
  knows: boolean
  /** `false` where it knows, but does not always say what it created. */
  saysCreated?: boolean
  /** Puts records there, as if they had always been there. */
  seed: (records: Row[]) => Promise<void>
  stored: () => Promise<Stored[]>
  /** `false` where adding what was archived makes a new record, which holds only what is sent. */
  restores?: false
  /** Keys of what was archived. */
  archived?: () => Promise<string[]>
  /** Makes what these records stand on: a member of a list has to be a contact. */
  prepare?: (records: Row[]) => Promise<void>
}

/** The values of these fields as texts, '' for nothing. */
export function texts(row: Row, names: readonly string[]): Stored {
  return Object.fromEntries(
    names.map((name) => [name, row[name] === null || row[name] === undefined ? '' : String(row[name])]),
  )
}
