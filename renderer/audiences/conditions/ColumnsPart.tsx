import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import LinearProgress from '@mui/material/LinearProgress'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Column, Profile } from '../../../preload/api.ts'
import { ProblemAlert } from '../../ProblemAlert.tsx'
import { count, number, typeTexts } from '../../shared/format.ts'
import { useSettled } from '../../shared/useSettled.ts'
import { factsOf } from '../facts.ts'
import { PROFILED, tableRows, useProfile } from '../useProfile.ts'
import { Fold } from './Fold.tsx'
import type { Choosing } from './GroupEditor.tsx'

type ColumnsPartProps = {
  choosing: Choosing
  /** Undefined: all. */
  picked: string[] | undefined
  /** Those of the unique id, which are always handed on. */
  always: string[]
  onPick: (picked: string[] | undefined) => void
}

/** Which columns are handed on, and what is in them. */
export function ColumnsPart({ choosing, picked, always, onPick }: ColumnsPartProps) {
  const { columns } = choosing
  const gone = (picked ?? []).filter((name) => !columns.some((column) => column.name === name))
  const chosen = picked && columns.filter(({ name }) => picked.includes(name) || always.includes(name))
  const note =
    gone.length > 0
      ? `“${gone[0]}” is not in this table (any more)`
      : chosen
        ? `${number(chosen.length)} of ${count(columns.length, 'column')}`
        : `all ${count(columns.length, 'column')}`
  return (
    <Fold title="Columns" note={note} wrong={gone.length > 0}>
      {gone.length > 0 && (
        <Button onClick={() => onPick(picked?.filter((name) => !gone.includes(name)))}>
          Take out what is not there
        </Button>
      )}
      <ColumnTable choosing={choosing} picked={picked} always={always} onPick={onPick} />
    </Fold>
  )
}

function ColumnTable({ choosing, picked, always, onPick }: ColumnsPartProps) {
  const { columns } = choosing
  const [search, setSearch] = useState('')
  const [pages, setPages] = useState(1)
  const wanted = useSettled(search.trim().toLowerCase())
  const matching = columns.filter(({ name }) => name.toLowerCase().includes(wanted))
  const isPicked = (name: string) => !picked || picked.includes(name) || always.includes(name)
  const toggle = (name: string) => {
    const now = picked ?? columns.map((column) => column.name)
    const next = now.includes(name) ? now.filter((other) => other !== name) : [...now, name]
    const all = columns.every((column) => next.includes(column.name))
    // In the order of the table; without any there would be nothing to send.
    if (next.length > 0) {
      onPick(all ? undefined : columns.map((column) => column.name).filter((other) => next.includes(other)))
    }
  }
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, mb: 1, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextField
          label="Find a column to pick"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          sx={{ maxWidth: 240 }}
        />
        {picked && <Button onClick={() => onPick(undefined)}>Pick all</Button>}
      </Box>
      <Box sx={{ overflow: 'auto', maxHeight: 380 }} tabIndex={0} role="region" aria-label="Columns of the table">
        <Table size="small" stickyHeader>
          <TableHead>
            <TableRow>
              <TableCell padding="checkbox" sx={{ bgcolor: 'background.paper', fontSize: 12 }}>
                Pick
              </TableCell>
              {['Column', 'Type', 'Filled', 'Different', 'Values'].map((title, index) => (
                <TableCell
                  key={title}
                  align={index === 2 || index === 3 ? 'right' : 'left'}
                  sx={{ bgcolor: 'background.paper' }}
                >
                  {title}
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {Array.from({ length: pages }, (_, page) => matching.slice(page * PROFILED, (page + 1) * PROFILED))
              .filter((some) => some.length > 0)
              .map((some) => (
                <ColumnRows
                  key={some[0]?.name}
                  choosing={choosing}
                  columns={some}
                  isPicked={isPicked}
                  always={always}
                  onToggle={toggle}
                />
              ))}
          </TableBody>
        </Table>
        {matching.length === 0 && (
          <Typography color="textSecondary" sx={{ p: 1 }}>
            No column has this in its name.
          </Typography>
        )}
      </Box>
      {matching.length > pages * PROFILED && (
        <Button onClick={() => setPages(pages + 1)}>
          Show more of {count(matching.length - pages * PROFILED, 'further column')}
        </Button>
      )}
    </>
  )
}

type ColumnRowsProps = {
  choosing: Choosing
  columns: Column[]
  isPicked: (name: string) => boolean
  always: string[]
  onToggle: (name: string) => void
}

function ColumnRows({ choosing, columns, isPicked, always, onToggle }: ColumnRowsProps) {
  const profile = useProfile(
    tableRows(choosing),
    columns.map(({ name }) => name),
    true,
  )
  return (
    <>
      {columns.map(({ name, type, sourceType }) => (
        <TableRow key={name} hover>
          <TableCell padding="checkbox">
            <Checkbox
              size="small"
              checked={isPicked(name)}
              disabled={always.includes(name)}
              onChange={() => onToggle(name)}
              slotProps={{ input: { 'aria-label': `Pick ${name}` } }}
            />
          </TableCell>
          <TableCell dir="auto" sx={{ overflowWrap: 'anywhere', minWidth: 110 }}>
            {name}
          </TableCell>
          <TableCell title={sourceType} sx={{ whiteSpace: 'nowrap' }}>
            {typeTexts[type]}
          </TableCell>
          <Facts profile={profile.data} name={name} />
        </TableRow>
      ))}
      {(profile.isFetching || profile.error) && (
        <TableRow>
          <TableCell colSpan={6}>
            {profile.error && !profile.isFetching ? (
              <ProblemAlert problem={profile.error.problem} onRetry={() => void profile.refetch()} />
            ) : (
              <LinearProgress aria-label="Looking at the values" />
            )}
          </TableCell>
        </TableRow>
      )}
    </>
  )
}

function Facts({ profile, name }: { profile: Profile | undefined; name: string }) {
  const facts = factsOf(profile, name)
  if (!facts) return [0, 1, 2].map((cell) => <TableCell key={cell} />)
  const { filled, different, values, about } = facts
  return (
    <>
      <TableCell align="right" title={about}>
        {filled}
      </TableCell>
      <TableCell align="right" title={about}>
        {different}
      </TableCell>
      <TableCell
        dir="auto"
        title={values.slice(0, 600)}
        sx={{ maxWidth: 260, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
      >
        {values}
      </TableCell>
    </>
  )
}
