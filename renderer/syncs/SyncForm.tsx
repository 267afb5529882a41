import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Step from '@mui/material/Step'
import StepButton from '@mui/material/StepButton'
import Stepper from '@mui/material/Stepper'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Audience, Connection, SyncSummary } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { CheckStep } from './CheckStep.tsx'
import { RemoveSync } from './RemoveSync.tsx'
import { complete, firstOpenQuestion, nameOf, type PartialSync, questions } from './steps.ts'
import { WhatStep } from './WhatStep.tsx'
import { WhenStep } from './WhenStep.tsx'
import { WhereStep } from './WhereStep.tsx'
import { WhoStep } from './WhoStep.tsx'

const CHECK = 3

type SyncFormProps = {
  saved: SyncSummary | undefined
  first: PartialSync
  audiences: Audience[]
  destinations: Connection[]
}

/** Five questions: who, where, what, check, when. A saved sync opens at the check, where its changes are reviewed. */
export function SyncForm({ saved, first, audiences, destinations }: SyncFormProps) {
  const navigate = useNavigate()
  const [draft, setDraft] = useState<PartialSync>(saved ?? first)
  const [dirty, setDirty] = useState(saved === undefined)
  const [step, setStep] = useState(saved ? CHECK : firstOpenQuestion(first, undefined))
  const fields = useCall(
    'connections.fields',
    { id: draft.destination ?? '', object: draft.object ?? '' },
    { enabled: Boolean(draft.destination && draft.object), staleTime: 30_000 },
  )
  const save = useAction('syncs.save')
  const make = useAction('plans.make')
  const open = firstOpenQuestion(draft, fields.data)
  const ready = complete(draft, saved?.id, audiences, destinations)
  const failed = save.error ?? make.error

  const change = (next: Partial<PartialSync>) => {
    setDraft((now) => ({ ...now, ...next }))
    setDirty(true)
    save.reset()
  }
  const whenSaved = (then: (id: string) => void) => {
    if (!ready) return
    if (!dirty && saved) then(saved.id)
    else
      save.mutate(ready, {
        onSuccess: ({ id }) => {
          setDirty(false)
          then(id)
        },
      })
  }
  const review = () =>
    whenSaved((sync) => make.mutate({ sync }, { onSuccess: (run) => void navigate(`/plan/${run.id}`) }))
  const keep = () => whenSaved((id) => (saved ? undefined : void navigate(`/syncs/${id}`, { replace: true })))

  return (
    <Page
      title={saved ? saved.name : 'New sync'}
      back={{ to: '/syncs', label: 'Syncs' }}
      actions={
        <>
          <Button
            variant="outlined"
            disabled={!ready || !dirty}
            loading={save.isPending && !make.isPending}
            onClick={keep}
          >
            {dirty ? 'Save' : 'Saved'}
          </Button>
          <Button variant="contained" disabled={!ready} loading={make.isPending} onClick={review}>
            Review changes
          </Button>
        </>
      }
    >
      <Stepper nonLinear activeStep={step} sx={{ mb: 3 }}>
        {questions.map((question, index) => (
          <Step key={question} completed={index < open && index !== step} disabled={index > open}>
            <StepButton color="inherit" onClick={() => setStep(index)}>
              {question}
            </StepButton>
          </Step>
        ))}
      </Stepper>
      {failed && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={failed.problem} {...(draft.destination && { connection: draft.destination })} />
        </Box>
      )}
      {step === 0 && (
        <WhoStep
          audiences={audiences}
          chosen={draft.audience}
          onChoose={(audience) => change({ audience, mapping: audience === draft.audience ? draft.mapping : [] })}
        />
      )}
      {step === 1 && <WhereStep draft={draft} destinations={destinations} onChange={change} />}
      {step === 2 && (
        <WhatStep
          draft={draft}
          audiences={audiences}
          fields={fields.data}
          problem={fields.error?.problem}
          onChange={change}
        />
      )}
      {step === CHECK && (
        <Box>
          <TextField
            label="Name of the sync"
            value={draft.name}
            placeholder={nameOf(draft, audiences, destinations)}
            onChange={(event) => change({ name: event.target.value })}
            sx={{ maxWidth: 480, mb: 2 }}
          />
          <CheckStep
            draft={draft}
            audiences={audiences}
            destinations={destinations}
            fields={fields.data}
            onGoTo={setStep}
          />
        </Box>
      )}
      {step === 4 && <WhenStep schedule={draft.schedule} onChange={(schedule) => change({ schedule })} />}
      <Box sx={{ display: 'flex', gap: 1, mt: 3 }}>
        {step > 0 && <Button onClick={() => setStep(step - 1)}>Back</Button>}
        {step < questions.length - 1 && (
          <Button variant="outlined" disabled={open <= step} onClick={() => setStep(step + 1)}>
            Next: {questions[step + 1]}
          </Button>
        )}
        <Box sx={{ flex: 1 }} />
        {saved && <RemoveSync sync={saved} />}
      </Box>
    </Page>
  )
}
