import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Audience, Field, MappingLine, Problem } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { count } from '../shared/format.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { AddField } from './AddField.tsx'
import { MappingTable } from './MappingTable.tsx'
import { missingFields, type PartialSync } from './steps.ts'
import { useSamples } from './useSamples.ts'

type WhatStepProps = {
  draft: PartialSync
  audiences: Audience[]
  fields: Field[] | undefined
  problem: Problem | undefined
  onChange: (next: Partial<PartialSync>) => void
}

/** What goes into which field, tried out on real rows. */
export function WhatStep({ draft, audiences, fields, problem, onChange }: WhatStepProps) {
  const audience = audiences.find(({ id }) => id === draft.audience)
  const columns = useCall(
    'connections.columns',
    { id: audience?.connection ?? '', query: audience?.query ?? { kind: 'sql', sql: '' } },
    { enabled: audience !== undefined, staleTime: 30_000 },
  )
  const suggest = useAction('syncs.suggestMapping')
  const [confidence, setConfidence] = useState(new Map<string, number>())
  const samples = useSamples(draft)

  const autoMap = () => {
    const { audience: who, destination, object } = draft
    if (!who || !destination || !object) return
    suggest.mutate(
      { audience: who, destination, object },
      {
        onSuccess: (suggestions) => {
          const mapped = new Set(draft.mapping.map(({ field }) => field))
          const lines = suggestions
            .filter(({ field }) => !mapped.has(field))
            .map(({ field, from }): MappingLine => ({ field, from }))
          setConfidence(new Map(suggestions.map((line) => [line.field, line.confidence])))
          if (lines.length > 0) onChange({ mapping: [...draft.mapping, ...lines] })
        },
      },
    )
  }
  // The first look at the question: what has the same name is mapped already.
  const begin = useEffectEvent(() => {
    if (draft.mapping.length === 0) autoMap()
  })
  useEffect(() => begin(), [])

  const failed = problem ?? columns.error?.problem ?? suggest.error?.problem
  if (failed)
    return (
      <ProblemAlert
        problem={failed}
        {...(audience && { connection: audience.connection })}
        onRetry={() => void columns.refetch()}
      />
    )
  if (!columns.data || !fields) return <Waiting label="Asking for columns and fields" />
  const missing = missingFields(draft, fields)
  const mapped = new Set(draft.mapping.map(({ field }) => field))
  const open = fields.length === 0 || samples.openFields
  const unused = columns.data.map(({ name }) => name).filter((name) => !mapped.has(name))
  const addAll = () => {
    const lines = unused.map((name): MappingLine => ({ field: name, from: { kind: 'column', column: name } }))
    onChange({ mapping: [...draft.mapping, ...lines] })
  }
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1, flexWrap: 'wrap' }}>
        <Typography sx={{ flex: 1 }} color={missing.length > 0 ? 'warning' : 'textSecondary'}>
          {missing.length > 0
            ? `Still needed: ${missing.map(({ label }) => label).join(', ')}.`
            : `${count(draft.mapping.length, 'field')} mapped. Unmapped fields are left as they are.`}
        </Typography>
        {fields.length > 0 && (
          <Button variant="outlined" loading={suggest.isPending} onClick={autoMap}>
            Map by name
          </Button>
        )}
        {open && unused.length > 0 && (
          <Button variant="outlined" onClick={addAll}>
            Add every column
          </Button>
        )}
      </Box>
      <MappingTable
        mapping={draft.mapping}
        missing={missing}
        fields={fields}
        columns={columns.data}
        keyField={draft.key}
        confidence={confidence}
        samples={samples}
        onChange={(mapping) => onChange({ mapping })}
      />
      <AddField
        fields={fields.filter((field) => !field.readOnly && !mapped.has(field.id) && !missing.includes(field))}
        columns={unused}
        open={open}
        onAdd={(line) => onChange({ mapping: [...draft.mapping, line] })}
      />
    </Box>
  )
}
