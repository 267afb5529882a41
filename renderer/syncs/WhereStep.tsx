import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useEffect, useEffectEvent } from 'react'
import { Link } from 'react-router'
import type { Connection, DestinationObject } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { modeTexts, removalTexts } from '../shared/format.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { Choice } from './Choice.tsx'
import { KeyField } from './KeyField.tsx'
import { ObjectPicker } from './ObjectPicker.tsx'
import { Reading } from './Reading.tsx'
import { keysFor, type PartialSync, withObject } from './steps.ts'

type WhereStepProps = { draft: PartialSync; destinations: Connection[]; onChange: (next: Partial<PartialSync>) => void }

/** Where to: the destination, its object, what a push does there, and how records are found. */
export function WhereStep({ draft, destinations, onChange }: WhereStepProps) {
  const objects = useCall(
    'connections.objects',
    { id: draft.destination ?? '' },
    { enabled: draft.destination !== undefined, staleTime: 30_000 },
  )
  if (destinations.length === 0) {
    return (
      <EmptyState
        title="Connect a destination first"
        action={
          <Button component={Link} to="/connections" variant="contained">
            Connect a destination
          </Button>
        }
      >
        The tool, table, file or address that the rows go to.
      </EmptyState>
    )
  }
  return (
    <Box sx={{ maxWidth: 640 }}>
      <TextField
        select
        label="Destination"
        value={draft.destination ?? ''}
        onChange={(event) =>
          draft.destination !== event.target.value &&
          onChange({ destination: event.target.value, object: undefined, mode: undefined, key: null, mapping: [] })
        }
        sx={{ mb: 2.5 }}
      >
        {destinations.map((destination) => (
          <MenuItem key={destination.id} value={destination.id}>
            {destination.name}
            {destination.rehearsal && ' (rehearsal)'}
          </MenuItem>
        ))}
      </TextField>
      {objects.isLoading && <Waiting label="Asking the destination" />}
      {objects.error && (
        <ProblemAlert
          problem={objects.error.problem}
          onRetry={() => void objects.refetch()}
          {...(draft.destination && { connection: draft.destination })}
        />
      )}
      {objects.data && (
        <ObjectQuestions key={draft.destination} draft={draft} objects={objects.data} onChange={onChange} />
      )}
    </Box>
  )
}

type ObjectQuestionsProps = {
  draft: PartialSync
  objects: DestinationObject[]
  onChange: (next: Partial<PartialSync>) => void
}

function ObjectQuestions({ draft, objects, onChange }: ObjectQuestionsProps) {
  // An object that is not listed is a new one; it behaves like the others that can be made by writing to them.
  const object = objects.find(({ id }) => id === draft.object) ?? objects.find(({ openName }) => openName)
  const fields = useCall(
    'connections.fields',
    { id: draft.destination ?? '', object: draft.object ?? '' },
    { enabled: Boolean(draft.object), staleTime: 30_000 },
  )
  // Where there is only one, it is not asked.
  const chooseOnly = useEffectEvent(() => {
    const only = objects.length === 1 ? objects[0] : undefined
    if (only && !draft.object) onChange(withObject(draft, only, only.id))
  })
  useEffect(() => chooseOnly(), [])
  return (
    <>
      <ObjectPicker
        objects={objects}
        chosen={draft.object}
        onChoose={(id) => onChange(withObject(draft, objects.find((known) => known.id === id) ?? object, id))}
      />
      {draft.object && object && (
        <>
          {object.modes.length > 0 && (
            <Choice
              label="What should a push do?"
              value={draft.mode}
              options={object.modes.map((mode) => ({
                value: mode,
                title: modeTexts[mode].name,
                text: modeTexts[mode].sentence,
              }))}
              onChange={(value) => {
                const mode = value as PartialSync['mode']
                const keys = keysFor(object, mode, fields.data)
                onChange({ mode, key: keys.includes(draft.key ?? '') ? draft.key : (keys[0] ?? null) })
              }}
            />
          )}
          {object.keys.length > 0 && draft.mode !== 'append' && draft.mode !== 'replace' && (
            <KeyField draft={draft} object={object} fields={fields.data} onChange={onChange} />
          )}
          {draft.mode === 'mirror' && (
            <TextField
              select
              label="When a row leaves the audience"
              helperText="Only records that this sync sent are ever touched."
              value={draft.removal}
              onChange={(event) => onChange({ removal: event.target.value as PartialSync['removal'] })}
              sx={{ mb: 2.5 }}
            >
              {object.removals
                .filter((removal) => removal !== 'nothing')
                .map((removal) => (
                  <MenuItem key={removal} value={removal}>
                    {removalTexts[removal]}
                  </MenuItem>
                ))}
            </TextField>
          )}
          <Reading draft={draft} object={object} onChange={onChange} />
          {object.notes?.map((note) => (
            <Alert
              key={note}
              severity={object.modes.length > 0 ? 'info' : 'warning'}
              variant="outlined"
              sx={{ mb: 1, bgcolor: 'background.paper' }}
            >
              {note}
            </Alert>
          ))}
        </>
      )}
    </>
  )
}
