import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import { useId, useState } from 'react'
import type { Column } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { factsOf, factsText } from './facts.ts'
import { sampleTexts, tableRows, useProfile } from './useProfile.ts'

/** The preview beside it shows more; this is for looking up names. */
const MOST_COLUMNS = 200
/** Values of a column that are listed. */
const MOST_VALUES = 5

type TableColumnsProps = {
  connection: string
  table: string[]
  /** Those that a search found come first. */
  found: string[]
}

/** The columns of a table; each opens to what is in it. */
export function TableColumns({ connection, table, found }: TableColumnsProps) {
  const columns = useCall(
    'connections.columns',
    { id: connection, query: { kind: 'table', table } },
    { staleTime: 30_000 },
  )
  if (columns.isPending) return <Waiting label="Loading the columns" />
  if (columns.error) return <ProblemAlert problem={columns.error.problem} onRetry={() => void columns.refetch()} />
  const isFound = ({ name }: Column) => found.includes(name)
  const sorted = [...columns.data.filter(isFound), ...columns.data.filter((column) => !isFound(column))]
  const more = sorted.length - MOST_COLUMNS
  return (
    <Box component="ul" aria-label="Columns" sx={{ m: 0, p: 0, pb: 0.5, listStyle: 'none', fontSize: 12 }}>
      {sorted.slice(0, MOST_COLUMNS).map((column) => (
        <ColumnItem key={column.name} connection={connection} table={table} column={column} found={isFound(column)} />
      ))}
      {more > 0 && (
        <Box component="li" sx={{ pl: 3, py: 0.25, color: 'text.secondary' }}>
          and {count(more, 'column')} more
        </Box>
      )}
    </Box>
  )
}

type ColumnItemProps = { connection: string; table: string[]; column: Column; found: boolean }

function ColumnItem({ connection, table, column: { name, sourceType }, found }: ColumnItemProps) {
  const [open, setOpen] = useState(false)
  const inside = useId()
  return (
    <li>
      <ButtonBase
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        aria-controls={open ? inside : undefined}
        sx={{
          width: '100%',
          pl: 3,
          pr: 2,
          py: 0.25,
          gap: 1,
          font: 'inherit',
          fontWeight: found ? 600 : 400,
          textAlign: 'left',
          '&:hover': { bgcolor: 'action.hover' },
          '&.Mui-focusVisible': { outlineOffset: -2 },
        }}
      >
        <Box component="span" dir="auto" sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          {name}
        </Box>
        <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
          {sourceType}
        </Box>
      </ButtonBase>
      {open && (
        <Box id={inside} sx={{ pl: 4, pr: 2, pb: 0.75, color: 'text.secondary', overflowWrap: 'anywhere' }}>
          <Values connection={connection} table={table} column={name} />
        </Box>
      )}
    </li>
  )
}

/** How full a column is, how many values it holds, and the most frequent of them. */
function Values({ connection, table, column }: { connection: string; table: string[]; column: string }) {
  const profile = useProfile(tableRows({ connection, table }), [column], true)
  if (profile.error && !profile.isFetching) {
    return (
      <ProblemAlert problem={profile.error.problem} connection={connection} onRetry={() => void profile.refetch()} />
    )
  }
  const facts = factsOf(profile.data, column)
  if (!facts) return <Waiting label="Looking at the values" />
  const samples = sampleTexts(profile.data?.columns[0]).slice(0, MOST_VALUES)
  return (
    <>
      <div>{factsText(facts) || 'no rows'}</div>
      {facts.about && <div>{facts.about.toLowerCase()}</div>}
      {samples.map((value) => (
        <Box
          key={value}
          dir="auto"
          title={value}
          sx={{ color: 'text.primary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        >
          {value}
        </Box>
      ))}
    </>
  )
}
