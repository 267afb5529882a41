import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import { useState } from 'react'
import type { FileChoices, FileLook } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count, size } from '../shared/format.ts'
import { Page, Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { CopyNote } from './CopyNote.tsx'
import { DateOrder } from './DateOrder.tsx'
import { KnownFile } from './KnownFile.tsx'
import { Layout } from './Layout.tsx'
import { TypedGrid } from './TypedGrid.tsx'
import { UseFile } from './UseFile.tsx'
import { kindTexts } from './words.ts'

/** How a file was understood, its first rows, and what to make of it. Every choice is shown at once. */
export function FileSheet({ path, then }: { path: string; then: 'sync' | undefined }) {
  const [choices, setChoices] = useState<FileChoices>({})
  const [table, setTable] = useState<string>()
  const file = { path, choices, ...(table !== undefined && { table }) }
  const look = useCall('files.inspect', file, { keep: true, staleTime: Number.POSITIVE_INFINITY })
  // A choice that cannot be is taken back with the same inputs, so they stay.
  const [seen, setSeen] = useState<FileLook>()
  if (look.data && !look.isPlaceholderData && look.data !== seen) setSeen(look.data)
  const change = (next: FileChoices) => setChoices((now) => ({ ...now, ...next }))

  const back = { to: '/files/new', label: 'Another file' }
  if (!seen) {
    return (
      <Page title={nameOf(path)} back={back}>
        {look.error ? (
          <ProblemAlert problem={look.error.problem} onRetry={() => void look.refetch()} />
        ) : (
          <Waiting label="Looking at the file" />
        )}
      </Page>
    )
  }
  const problem = look.error?.problem ?? seen.problem
  return (
    <Page wide title={seen.name} about={about(seen)} back={back}>
      <Box sx={{ display: 'grid', gap: 2 }}>
        {seen.copied && <CopyNote />}
        <KnownFile look={seen} />
        <Layout
          look={seen}
          choices={choices}
          onChange={change}
          onTable={(name) => {
            setTable(name)
            setChoices(({ types: _, ...others }) => others)
          }}
        />
        {(seen.ambiguous || choices.dates) && (
          <DateOrder ambiguous={seen.ambiguous} dates={choices.dates} onChange={(dates) => change({ dates })} />
        )}
        {problem && <ProblemAlert problem={problem} onRetry={() => void look.refetch()} />}
      </Box>
      <Box sx={{ height: 4, mt: 1 }}>{look.isFetching && <LinearProgress aria-label="Looking at the file" />}</Box>
      {seen.columns.length > 0 && !look.error && (
        <>
          <Section title={firstRows(seen)}>
            <TypedGrid look={seen} types={choices.types ?? {}} onTypes={(types) => change({ types })} />
          </Section>
          <UseFile key={`${seen.table} ${seen.found.header}`} file={file} look={seen} then={then} />
        </>
      )}
    </Page>
  )
}

/** Where a copy lies is of no use to anybody. */
function about({ kind, size: bytes, count: rows, path, copied }: FileLook): string {
  const parts = [
    kindTexts[kind],
    bytes < 1_000 ? count(bytes, 'byte') : size(bytes),
    rows !== undefined && count(rows, 'row'),
  ]
  const said = parts.filter((part) => part !== false).join(', ')
  return copied ? said : `${said} · ${path}`
}

function firstRows({ rows, count: all }: FileLook): string {
  if (rows.length === 0) return 'There are no rows yet'
  return all !== undefined && rows.length >= all ? 'All rows' : `The first ${count(rows.length, 'row')}`
}

/** Before the core has said it. */
const nameOf = (path: string) => path.split(/[\\/]/).at(-1) || 'File'
