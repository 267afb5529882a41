import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import type { Audience, MappingLine } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { AddField } from './AddField.tsx'
import { linesOf, unfilledLines } from './lines.ts'
import { MappingTable } from './MappingTable.tsx'
import type { FieldsAnswer } from './StepContent.tsx'
import type { PartialSync } from './steps.ts'
import { useAutoMap } from './useAutoMap.ts'
import { useSamples } from './useSamples.ts'

/** Names that a sentence can hold. */
const MOST_NAMES = 8

type WhatStepProps = {
  draft: PartialSync
  audiences: Audience[]
  fields: FieldsAnswer
  onChange: (next: Partial<PartialSync>) => void
}

/** What goes into which field, tried out on real rows. */
export function WhatStep({ draft, audiences, fields, onChange }: WhatStepProps) {
  const audience = audiences.find(({ id }) => id === draft.audience)
  const columns = useCall(
    'connections.columns',
    { id: audience?.connection ?? '', query: audience?.query ?? { kind: 'sql', sql: '' } },
    { enabled: audience !== undefined, staleTime: 30_000 },
  )
  const objects = useCall(
    'connections.objects',
    { id: draft.destination ?? '' },
    { enabled: draft.destination !== undefined, staleTime: 30_000 },
  )
  const autoMap = useAutoMap(draft, onChange)
  const samples = useSamples(draft)

  if (columns.error) {
    return (
      <ProblemAlert
        problem={columns.error.problem}
        {...(audience && { connection: audience.connection })}
        onRetry={() => void columns.refetch()}
      />
    )
  }
  if (fields.error) {
    return (
      <ProblemAlert
        problem={fields.error.problem}
        {...(draft.destination && { connection: draft.destination })}
        onRetry={() => void fields.refetch()}
      />
    )
  }
  if (!columns.data || !fields.data) return <Waiting label="Asking for columns and fields" />
  const { mapping } = draft
  const setMapping = (next: MappingLine[]) => onChange({ mapping: next })
  const unfilled = unfilledLines(draft, fields.data)
  const lines = linesOf(draft, fields.data)
  const mapped = new Set(lines.map(({ id }) => id))
  const object = objects.data?.find(({ id }) => id === draft.object) ?? objects.data?.find(({ openName }) => openName)
  const openFields = object?.openFields ?? false
  const unused = columns.data.map(({ name }) => name).filter((name) => !mapped.has(name))
  const addAll = () =>
    setMapping([
      ...mapping,
      ...unused.map((name): MappingLine => ({ field: name, from: { kind: 'column', column: name } })),
    ])
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1, flexWrap: 'wrap' }}>
        <Typography
          sx={{ flex: 1, minWidth: 240 }}
          color={unfilled.length > 0 ? 'warning' : 'textSecondary'}
          role="status"
        >
          {unfilled.length > 0
            ? `Still to fill in: ${named(unfilled.map(({ field, id }) => field?.label ?? id))}.`
            : `${count(mapping.length, 'field')} mapped. Unmapped fields are left as they are.`}
        </Typography>
        {fields.data.length > 0 && (
          <Button variant="outlined" loading={autoMap.pending} onClick={autoMap.ask}>
            Map by name
          </Button>
        )}
        {openFields && unused.length > 0 && (
          <Button variant="outlined" onClick={addAll}>
            Add every column
          </Button>
        )}
      </Box>
      {autoMap.problem && (
        <Box sx={{ mb: 1 }}>
          <ProblemAlert problem={autoMap.problem} onRetry={autoMap.ask} />
        </Box>
      )}
      <MappingTable
        mapping={mapping}
        lines={lines}
        columns={columns.data}
        keyField={draft.key}
        readable={object?.readable ?? false}
        confidenceOf={autoMap.confidenceOf}
        samples={samples}
        onChange={setMapping}
      />
      <AddField
        fields={fields.data.filter(
          (field) => !field.readOnly && !mapped.has(field.id) && (!field.keyOnly || field.id === draft.key),
        )}
        columns={unused}
        open={openFields}
        taken={mapped}
        onAdd={(line) => setMapping([...mapping, line])}
      />
    </Box>
  )
}

function named(names: string[]): string {
  const more = names.length - MOST_NAMES
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ')
}
