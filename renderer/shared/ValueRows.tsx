import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import type { Value, ValueType } from '../../preload/api.ts'
import { shown } from './format.ts'

/** Numbers stand to the right. */
export const alignOf = (type: ValueType) =>
  type === 'integer' || type === 'decimal' || type === 'float' ? 'right' : 'left'

type ValueRowsProps = { columns: { at: number; type: ValueType }[]; rows: Value[][] }

/** The first rows of a table, one line each: of every row the values at `columns`. */
export function ValueRows({ columns, rows }: ValueRowsProps) {
  return (
    <TableBody>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a preview's rows have no identity and never move
        <TableRow key={index} hover>
          {columns.map(({ at, type }) => {
            const value = row[at] ?? null
            return (
              <TableCell
                key={at}
                dir="auto"
                align={alignOf(type)}
                title={shown(value).slice(0, 1_000)}
                sx={{
                  maxWidth: 260,
                  overflow: 'hidden',
                  textOverflow: 'ellipsis',
                  whiteSpace: 'nowrap',
                  color: value === null ? 'text.secondary' : undefined,
                  fontStyle: value === null ? 'italic' : undefined,
                }}
              >
                {shown(value).slice(0, 200)}
              </TableCell>
            )
          })}
        </TableRow>
      ))}
    </TableBody>
  )
}
