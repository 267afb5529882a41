import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useEffect, useEffectEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Audience, Connection, SyncDraft, SyncSummary } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { RestoredNote } from '../shared/RestoredNote.tsx'
import { useDraft } from '../shared/useDraft.ts'
import { Questions } from './Questions.tsx'
import { RemoveSync } from './RemoveSync.tsx'
import { StepContent } from './StepContent.tsx'
import { complete, draftOf, firstOpenQuestion, type PartialSync, questions, withAudience } from './steps.ts'

const CHECK = 3

type SyncFormProps = {
  saved: SyncSummary | undefined
  first: PartialSync
  /** Chosen on the page before. */
  audience: string | undefined
  audiences: Audience[]
  destinations: Connection[]
}

/** Five questions: who, where, what, check, when. A saved sync opens at the check, where its changes are reviewed. */
export function SyncForm({ saved, first, audience, audiences, destinations }: SyncFormProps) {
  const navigate = useNavigate()
  const editor = useDraft(saved ? `sync ${saved.id} ${saved.updatedAt}` : 'new sync', saved ? draftOf(saved) : first)
  const { draft, touched } = editor
  const [step, setStep] = useState(() =>
    Math.min(saved ? CHECK : firstOpenQuestion(audience ? withAudience(draft, audience) : draft, undefined), CHECK),
  )
  // Unsaved answers from before meet an audience that was chosen since.
  const arrive = useEffectEvent(() => {
    if (!saved && audience && draft.audience !== audience) editor.change((now) => withAudience(now, audience))
  })
  useEffect(() => arrive(), [])
  const fields = useCall(
    'connections.fields',
    { id: draft.destination ?? '', object: draft.object ?? '' },
    { enabled: Boolean(draft.destination && draft.object), staleTime: 30_000 },
  )
  const save = useAction('syncs.save')
  const make = useAction('plans.make')
  const open = firstOpenQuestion(draft, fields.data)
  const ready = complete(draft, fields.data, audiences, destinations)
  const failed = save.error ?? make.error
  const unsaved = touched || !saved

  const change = (next: Partial<PartialSync>) => {
    editor.change((now) => ({ ...now, ...next }))
    save.reset()
    make.reset()
  }
  const whenSaved = (then: (id: string) => void) => {
    if (!ready) return
    if (!unsaved) return then(saved.id)
    const sync: SyncDraft = saved ? { ...ready, id: saved.id } : ready
    save.mutate(sync, {
      onSuccess: ({ id }) => {
        editor.settle(draft)
        then(id)
      },
    })
  }
  const plan = (sync: string) => make.mutate({ sync }, { onSuccess: (run) => void navigate(`/plan/${run.id}`) })
  const keep = () => whenSaved((id) => (saved ? undefined : void navigate(`/syncs/${id}`, { replace: true })))

  return (
    <Page
      rehearsal={destinations.find(({ id }) => id === draft.destination)?.rehearsal}
      title={saved ? saved.name : 'New sync'}
      back={{ to: '/syncs', label: 'Syncs' }}
      actions={
        <>
          <Button variant="outlined" disabled={!ready || !unsaved} loading={save.isPending} onClick={keep}>
            {unsaved ? 'Save' : 'Saved'}
          </Button>
          <Button variant="contained" disabled={!ready} loading={make.isPending} onClick={() => whenSaved(plan)}>
            Review changes
          </Button>
        </>
      }
    >
      <Questions step={step} open={open} onGoTo={setStep} />
      {editor.restored && <RestoredNote onStartOver={editor.startOver} />}
      {failed && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={failed.problem} {...(draft.destination && { connection: draft.destination })} />
        </Box>
      )}
      <StepContent
        step={step}
        draft={draft}
        sync={saved}
        audiences={audiences}
        destinations={destinations}
        fields={fields}
        onChange={change}
        onGoTo={setStep}
      />
      <Box sx={{ display: 'flex', gap: 1, mt: 3, flexWrap: 'wrap' }}>
        {step > 0 && <Button onClick={() => setStep(step - 1)}>Back</Button>}
        {step < questions.length - 1 && (
          <Button variant="outlined" disabled={open <= step} onClick={() => setStep(step + 1)}>
            Next: {questions[step + 1]}
          </Button>
        )}
        {saved && <RemoveSync sync={saved} />}
      </Box>
    </Page>
  )
}
