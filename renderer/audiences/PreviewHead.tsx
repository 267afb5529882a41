import Skeleton from '@mui/material/Skeleton'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { Column, Query } from '../../preload/api.ts'
import { useSeen } from '../shared/useSeen.ts'
import { alignOf } from '../shared/ValueRows.tsx'
import { factsOf } from './facts.ts'
import { PROFILED, useProfile } from './useProfile.ts'

type Shown = Column & { at: number }
type Rows = { connection: string; query: Query }
type PreviewHeadProps = { rows: Rows; columns: Shown[]; uniqueId: string[]; busy: boolean }

/** The columns with how full they are and how many values they hold, looked at as they come into view. */
export function PreviewHead({ columns, ...more }: PreviewHeadProps) {
  const parts = Array.from({ length: Math.ceil(columns.length / PROFILED) }, (_, part) => partOf(columns, part))
  return (
    <TableRow>
      {parts.map((part) => (
        // With another query it begins anew, and waits until it is seen again.
        <Cells key={`${part[0]?.at} ${JSON.stringify(more.rows)}`} columns={part} {...more} />
      ))}
    </TableRow>
  )
}

/** Columns that are looked at together. */
export const partOf = <C extends { name: string }>(columns: readonly C[], part: number): C[] =>
  columns.slice(part * PROFILED, (part + 1) * PROFILED)

/** What SQL gives no name, or one name twice, cannot be asked about. */
export const namesOf = (columns: readonly { name: string }[]): string[] =>
  [...new Set(columns.map(({ name }) => name))].filter((name) => name !== '')

function Cells({ rows, columns, uniqueId, busy }: PreviewHeadProps) {
  const [first, seen] = useSeen<HTMLTableCellElement>()
  const profile = useProfile(rows, namesOf(columns), seen && !busy)
  // Of other rows than these it would be wrong.
  const known = profile.isPlaceholderData ? undefined : profile.data
  const unknown = profile.error && !profile.isFetching ? profile.error.problem.message : undefined
  return columns.map((column, index) => {
    const facts = factsOf(known, column.name)
    return (
      <TableCell
        key={column.at}
        {...(index === 0 && { ref: first })}
        align={alignOf(column.type)}
        sx={{ whiteSpace: 'nowrap', bgcolor: 'background.paper', verticalAlign: 'top' }}
      >
        {column.name}
        <Typography variant="caption" color="textSecondary" component="div">
          {uniqueId.includes(column.name) ? 'unique id' : column.sourceType || column.type}
        </Typography>
        <Typography
          variant="caption"
          color="textSecondary"
          component="div"
          title={facts?.about ?? unknown}
          // Two lines, also while they come.
          sx={{ minHeight: 40 }}
        >
          {facts?.filled !== undefined && (
            <>
              {facts.filled} filled
              <br />
              {facts.different} different
            </>
          )}
          {!facts && (unknown ? 'not known' : <Skeleton width={64} sx={{ display: 'inline-block' }} />)}
        </Typography>
      </TableCell>
    )
  })
}
