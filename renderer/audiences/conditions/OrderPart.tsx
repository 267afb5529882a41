import Close from '@mui/icons-material/Close'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Column, SortBy } from '../../../preload/api.ts'
import { count } from '../../shared/format.ts'
import { ColumnPicker } from '../../syncs/ColumnPicker.tsx'
import { ChoiceField } from './ChoiceField.tsx'
import { Fold } from './Fold.tsx'

const MOST_SORTS = 3

type OrderPartProps = {
  columns: Column[]
  sort: SortBy[]
  limit: number | undefined
  onSort: (sort: SortBy[]) => void
  onLimit: (limit: number | undefined) => void
}

/** The order of the rows, and how many of them are taken at the most. */
export function OrderPart({ columns, sort, limit, onSort, onLimit }: OrderPartProps) {
  const known = (name: string) => columns.some((column) => column.name === name)
  const gone = sort.find(({ column }) => !known(column))
  const by = sort.map(({ column, descending }) => `${column}, ${descending ? 'highest' : 'lowest'} first`).join('; ')
  const parts = [sort.length > 0 && `by ${by}`, limit !== undefined && `the first ${count(limit, 'row')}`]
  const note = gone
    ? `“${gone.column}” is not in this table (any more)`
    : parts.filter(Boolean).join(' · ') || 'all rows'
  const set = (index: number, next: SortBy | undefined) =>
    onSort(sort.flatMap((one, at) => (at !== index ? [one] : next ? [next] : [])))
  return (
    <Fold title="Order and limit" note={note} wrong={gone !== undefined}>
      {[...sort, undefined].slice(0, MOST_SORTS).map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that tells one line from another
        <Box key={index} sx={{ display: 'flex', gap: 0.75, mb: 0.75, alignItems: 'center', flexWrap: 'wrap' }}>
          <Box sx={{ flex: '0 1 260px', minWidth: 150 }}>
            <ColumnPicker
              label={index === 0 ? 'Sort by' : `Then by (${index + 1})`}
              placeholder={index === 0 ? 'Sort by' : 'Then by'}
              columns={columns}
              chosen={one?.column}
              onChoose={(column) =>
                one ? set(index, { ...one, column }) : onSort([...sort, { column, descending: true }])
              }
            />
          </Box>
          {one && (
            <>
              <ChoiceField
                label={`Direction of ${one.column}`}
                value={one.descending ? 'down' : 'up'}
                options={directions}
                width={200}
                onChange={(direction) => set(index, { ...one, descending: direction === 'down' })}
              />
              <IconButton
                size="small"
                aria-label={`Do not sort by ${one.column}`}
                onClick={() => set(index, undefined)}
              >
                <Close fontSize="small" />
              </IconButton>
            </>
          )}
        </Box>
      ))}
      <Limit limit={limit} onLimit={onLimit} />
      <Typography variant="caption" color="textSecondary" component="div" sx={{ mt: 0.5 }}>
        Empty values come last. What Outflow sends does not depend on the order; which rows a limit takes does.
      </Typography>
    </Fold>
  )
}

const directions = [
  ['down', 'highest or latest first'],
  ['up', 'lowest or earliest first'],
] as const

function Limit({ limit, onLimit }: Pick<OrderPartProps, 'limit' | 'onLimit'>) {
  const [text, setText] = useState(limit === undefined ? '' : String(limit))
  const wrong = text !== '' && !/^[1-9]\d{0,8}$/.test(text)
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <TextField
        label="At most so many rows"
        value={text}
        error={wrong}
        helperText={wrong ? 'Write a whole number, or nothing for all rows.' : undefined}
        onChange={(event) => {
          const next = event.target.value.trim()
          setText(next)
          if (next === '') onLimit(undefined)
          else if (/^[1-9]\d{0,8}$/.test(next)) onLimit(Number(next))
        }}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        sx={{ maxWidth: 220 }}
      />
      {limit !== undefined && (
        <Button
          onClick={() => {
            setText('')
            onLimit(undefined)
          }}
        >
          All rows
        </Button>
      )}
    </Box>
  )
}
