/** Which way each record of a batch goes: by which statement, and with which of its columns. */

import type { Row, Value, Write, WriteResult } from '../../types.ts'
import { leftAlone, refused } from '../results.ts'
import type { TableColumn } from './catalog.ts'
import { textOf } from './encode.ts'
import { shorten } from './reasons.ts'
import { editSync, type Shape } from './shape.ts'
import {
  appendLoad,
  clearLoad,
  deleteLoad,
  insertLoad,
  type Load,
  renameLoad,
  updateLoad,
  upsertLoad,
} from './statements.ts'

/** In the order in which they are carried out; a record that one of them misses goes on by a later one. */
export const ways = ['rename', 'change', 'save', 'remove'] as const
export type Way = (typeof ways)[number]

/** The records of one batch that go the same way with the same columns. */
export type Part = {
  way: Way
  load: Load
  /** Their positions in the batch. */
  at: number[]
  /** The key under which each was sent last; only of renamed ones. */
  before: string[]
  /** Whether none of them was sent before, as far as is known. */
  isNew: boolean
}

export type Ways = {
  /** Puts every record into a part; those that cannot be sent are answered at once. */
  sort(batch: readonly Write[], answer: (at: number, result: WriteResult) => void): Map<string, Part>
  /** Puts a record that its part has missed where it goes next; `false` if there is nothing more to try. */
  goOn(parts: Map<string, Part>, from: Part, at: number): boolean
  /** The record with its key, as it is written. */
  recordOf(write: Write): Row
}

/** Decides by the mode; a record may hold fewer fields than are mapped: the others are left as they are. */
export function createWays({ table, mode, removal, key, columns }: Shape): Ways {
  const loads = new Map<string, Load>()
  const required = table.columns.filter((column) => column.notNull && !column.hasDefault && !column.readOnly)
  // What must hold a value keeps its own.
  const emptied = columns.filter((column) => column !== key && !column.notNull)

  function makeLoad(way: Way, present: TableColumn[]): Load {
    if (!key) return appendLoad(table, present)
    if (way === 'rename') return renameLoad(table, key, present)
    if (way === 'remove') return removal === 'clear' ? clearLoad(table, key, emptied) : deleteLoad(table, key)
    if (way === 'change' || mode === 'update') return updateLoad(table, key, present)
    if (mode === 'insert' || present.length === 1) return insertLoad(table, key, present)
    return upsertLoad(table, key, present)
  }

  function partOf(parts: Map<string, Part>, way: Way, present: TableColumn[]): Part {
    const id = present === columns ? way : `${way} ${present.map((column) => columns.indexOf(column))}`
    const found = parts.get(id)
    if (found) return found
    const load = loads.get(id) ?? makeLoad(way, present)
    loads.set(id, load)
    const part: Part = { way, load, at: [], before: [], isNew: true }
    parts.set(id, part)
    return part
  }

  /** An INSERT that lacks a required column is refused even where the row is there: it is changed first, if it is. */
  function firstWay(present: readonly TableColumn[]): Way {
    if (mode !== 'upsert' && mode !== 'mirror') return 'save'
    return required.every((column) => present.includes(column)) ? 'save' : 'change'
  }
  const firstWayOfAll = firstWay(columns)

  function presentIn(record: Row): TableColumn[] {
    for (let index = 0; index < columns.length; index++) {
      if (record[(columns[index] as TableColumn).name] === undefined) {
        return columns.filter((column) => column === key || record[column.name] !== undefined)
      }
    }
    return columns
  }

  return {
    recordOf(write) {
      if (!key) return write.record
      if (write.op === 'remove') return { [key.name]: write.key }
      const { record } = write
      return record[key.name] === undefined ? { ...record, [key.name]: write.key } : record
    },
    sort(batch, answer) {
      const parts = new Map<string, Part>()
      const seen = new Set<string>()
      for (let at = 0; at < batch.length; at++) {
        const write = batch[at] as Write
        let id: string | null = null
        if (key) {
          const value = write.key
          id = keyText(value, key)
          const fault =
            id === null
              ? `Column "${key.name}" is empty, but rows are found by it.`
              : seen.has(id)
                ? `${shorten(value)} is the "${key.name}" of more than one row: only the first of them was sent.`
                : undefined
          const leaves = write.op === 'remove' && removal === 'nothing'
          const result = fault === undefined ? (leaves ? leftAlone : undefined) : refused(fault)
          if (result) {
            answer(at, result)
            continue
          }
          seen.add(id ?? '')
        } else if (write.op !== 'add') {
          throw editSync('Rows are only added to this table. Choose another way to send changes and removals.')
        }
        if (write.op === 'remove') {
          partOf(parts, 'remove', columns).at.push(at)
          continue
        }
        const present = presentIn(write.record)
        if (present.length === 0) {
          answer(at, refused('There is nothing to write in this row.'))
          continue
        }
        const before =
          key && write.op === 'change' && mode !== 'insert' ? keyText(write.previous?.[key.name], key) : null
        const renamed = before !== null && before !== id
        const way = renamed ? 'rename' : present === columns ? firstWayOfAll : firstWay(present)
        const part = partOf(parts, way, present)
        part.at.push(at)
        if (renamed) part.before.push(before)
        if (write.op !== 'add') part.isNew = false
      }
      return parts
    },
    goOn(parts, from, at) {
      if (from.way !== 'rename' && from.way !== 'change') return false
      const present = from.load.columns
      const way = from.way === 'change' ? 'save' : firstWay(present)
      const next = partOf(parts, way, present)
      next.at.push(at)
      next.isNew = false
      return true
    },
  }
}

function keyText(value: Value | undefined, key: TableColumn): string | null {
  return typeof value === 'string' && key.type === 'text' ? value : textOf(value ?? null, key)
}
