import type { Problem } from '../../connectors/problems.ts'
import type { ChangesPage } from '../store/changes.ts'
import type { Search } from '../store/search.ts'

/** What the reader's thread is asked; `files` by sync. */
export type ReaderQuestion =
  | { id: number; what: 'changes'; file: string; page: ChangesPage }
  | { id: number; what: 'search'; files: Record<string, string>; search: Search }

export type ReaderAnswer = { id: number; ok: true; value: unknown } | { id: number; ok: false; problem: Problem }
