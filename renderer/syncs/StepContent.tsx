import TextField from '@mui/material/TextField'
import type { Audience, Connection, Field, Problem, SyncSummary } from '../../preload/api.ts'
import { CheckStep } from './CheckStep.tsx'
import { Limits } from './Limits.tsx'
import { nameOf, type PartialSync, withAudience } from './steps.ts'
import { WhatStep } from './WhatStep.tsx'
import { WhenStep } from './WhenStep.tsx'
import { WhereStep } from './WhereStep.tsx'
import { WhoStep } from './WhoStep.tsx'

/** The destination's fields, as far as they are known. */
export type FieldsAnswer = {
  data: Field[] | undefined
  error: { problem: Problem } | null
  refetch: () => Promise<unknown>
}

type StepContentProps = {
  step: number
  draft: PartialSync
  /** Once it is saved. */
  sync: SyncSummary | undefined
  audiences: Audience[]
  destinations: Connection[]
  fields: FieldsAnswer
  onChange: (next: Partial<PartialSync>) => void
  onGoTo: (step: number) => void
}

/** The question that is open. */
export function StepContent({
  step,
  draft,
  sync,
  audiences,
  destinations,
  fields,
  onChange,
  onGoTo,
}: StepContentProps) {
  switch (step) {
    case 0:
      return (
        <WhoStep
          audiences={audiences}
          chosen={draft.audience}
          onChoose={(audience) => onChange(withAudience(draft, audience))}
        />
      )
    case 1:
      return <WhereStep draft={draft} destinations={destinations} onChange={onChange} />
    case 2:
      return <WhatStep draft={draft} audiences={audiences} fields={fields} onChange={onChange} />
    case 3:
      return (
        <>
          <TextField
            label="Name of the sync"
            value={draft.name}
            placeholder={nameOf(draft, audiences, destinations)}
            onChange={(event) => onChange({ name: event.target.value })}
            slotProps={{ htmlInput: { maxLength: 200 }, inputLabel: { shrink: true } }}
            sx={{ maxWidth: 480, mb: 2 }}
          />
          <CheckStep
            draft={draft}
            audiences={audiences}
            destinations={destinations}
            fields={fields.data}
            onGoTo={onGoTo}
          />
          <Limits guards={draft.guards} onChange={(guards) => onChange({ guards })} />
        </>
      )
    default:
      return <WhenStep draft={draft} sync={sync} onChange={(schedule) => onChange({ schedule })} />
  }
}
