import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import type { ChangeFilter, Run } from '../../preload/api.ts'
import { useProgress } from '../bridge.ts'
import { ChangesTable } from '../changes/ChangesTable.tsx'
import { SearchField } from '../changes/SearchField.tsx'
import { useExport } from '../changes/useExport.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { CountTile, Tiles, type Tone } from '../shared/CountTile.tsx'
import { unsentOf } from './settled.ts'
import { WhatWasSent } from './WhatWasSent.tsx'

type Tile = {
  of: 'accepted' | 'refused' | 'unknown' | 'skipped' | 'invalid' | 'excluded' | 'adopted' | 'unsent'
  label: string
  /** What the rows are called on a button: "Export refused as CSV". */
  noun: string
  tone: Tone
  filter: ChangeFilter
  empty: string
}

const tiles: Tile[] = [
  {
    of: 'accepted',
    label: 'Accepted',
    noun: 'accepted',
    tone: 'good',
    filter: { state: 'accepted' },
    empty: 'Nothing has been accepted yet',
  },
  {
    of: 'refused',
    label: 'Refused',
    noun: 'refused',
    tone: 'bad',
    filter: { state: 'refused' },
    empty: 'Nothing was refused',
  },
  {
    of: 'invalid',
    label: 'Invalid, not sent',
    noun: 'invalid',
    tone: 'warn',
    filter: { op: 'invalid' },
    empty: 'No row was invalid',
  },
  {
    of: 'unknown',
    label: 'Unknown',
    noun: 'unknown',
    tone: 'warn',
    filter: { state: 'unknown' },
    empty: 'Every outcome is known',
  },
  {
    of: 'skipped',
    label: 'Skipped',
    noun: 'skipped',
    tone: 'plain',
    filter: { state: 'skipped' },
    empty: 'Nothing was skipped',
  },
]

/** Only where there are any. */
const rareTiles: Tile[] = [
  {
    of: 'excluded',
    label: 'Left alone',
    noun: 'left alone',
    tone: 'plain',
    filter: { op: 'excluded' },
    empty: 'Nothing was left alone',
  },
  {
    of: 'adopted',
    label: 'Already there',
    noun: 'already there',
    tone: 'plain',
    filter: { op: 'adopt' },
    empty: 'Nothing was already there',
  },
  // A run that is under way, or ended before its time.
  {
    of: 'unsent',
    label: 'Waiting',
    noun: 'not sent',
    tone: 'plain',
    filter: { state: 'planned' },
    empty: 'Nothing is waiting to be sent',
  },
]

/** Every row with its result. What went wrong comes first, without a click. */
export function RunResults({ run }: { run: Run }) {
  const progress = useProgress(run.id)
  const sending = run.status === 'applying'
  const now = sending ? (progress?.counts ?? run.counts) : run.counts
  const counts = { ...now, unsent: unsentOf({ counts: { ...run.counts, ...now } }) }
  const first = (['refused', 'unknown', 'invalid'] as const).find((of) => counts[of] > 0) ?? 'accepted'
  const [chosen, setChosen] = useState<Tile['of']>()
  const [search, setSearch] = useState('')
  const exported = useExport(run.id)
  const shown = [...tiles, ...rareTiles.filter(({ of }) => counts[of] > 0)]
  const tile = shown.find(({ of }) => of === (chosen ?? first)) ?? (tiles[0] as Tile)
  const filter = { ...tile.filter, ...(search && { search }) }
  return (
    <>
      <Tiles label="Filter by result">
        {shown.map(({ of, label, tone }) => (
          <CountTile
            key={of}
            label={of === 'unsent' && !sending ? 'Not sent' : label}
            tone={tone}
            value={counts[of]}
            selected={tile.of === of}
            onClick={() => setChosen(of)}
          />
        ))}
      </Tiles>
      <Box sx={{ display: 'flex', gap: 1, mb: 1.5, alignItems: 'center' }}>
        <SearchField label="Search these rows" onSearch={setSearch} />
        {counts[tile.of] > 0 && (
          <Button loading={exported.pending} onClick={() => exported.save(filter)} sx={{ whiteSpace: 'nowrap' }}>
            Export {tile.noun} as CSV
          </Button>
        )}
      </Box>
      {exported.problem && (
        <Box sx={{ mb: 1.5 }}>
          <ProblemAlert problem={exported.problem} />
        </Box>
      )}
      <ChangesTable
        run={run.id}
        sync={run.sync}
        filter={filter}
        withResult
        {...(sending && { live: counts[tile.of] })}
        empty={search ? 'No row holds this' : tile.empty}
        inside={(change) => <WhatWasSent run={run.id} sync={run.sync} change={change} />}
      />
    </>
  )
}
