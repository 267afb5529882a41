import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Audience, Connection, Query } from '../../preload/api.ts'
import { useAction, useAskAgain, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { RestoredNote } from '../shared/RestoredNote.tsx'
import { useDraft } from '../shared/useDraft.ts'
import { ConditionBuilder } from './conditions/ConditionBuilder.tsx'
import { useSettledQuery } from './conditions/useSettledQuery.ts'
import { complete, draftOf, faultIn, type PartialAudience, queryOf, withKind } from './draft.ts'
import { RemoveAudience } from './RemoveAudience.tsx'
import { RowsPanel } from './RowsPanel.tsx'
import { SourcePanel } from './SourcePanel.tsx'
import { SqlPanel } from './SqlPanel.tsx'

type AudienceFormProps = { sources: Connection[]; saved: Audience | undefined; firstSource: string }

/** Left: where the rows come from. Right: what they look like, how many, and what tells them apart. */
export function AudienceForm({ sources, saved, firstSource }: AudienceFormProps) {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const editor = useDraft(
    saved ? `audience ${saved.id} ${saved.updatedAt}` : `new audience ${firstSource}`,
    draftOf(saved, firstSource),
  )
  const { draft, touched } = editor
  // SQL is looked at when it is run, so that half a statement is never sent; a table at once.
  const [ran, setRan] = useState(saved?.query.kind === 'sql' ? ranOf(saved.connection, saved.query.sql) : undefined)
  const askAgain = useAskAgain()
  const save = useAction('audiences.save')
  const whole: Query = { kind: 'table', table: draft.table ?? [] }
  const asked = { id: draft.connection, query: whole }
  const columns = useCall('connections.columns', asked, {
    enabled: draft.kind === 'table' && draft.table !== undefined,
    staleTime: 30_000,
  }).data
  const ready = complete(draft, columns)
  const fault = faultIn(draft, columns)
  const ranHere = ran?.connection === draft.connection ? ran.query : undefined
  const pointed = useSettledQuery(draft.kind === 'table' ? queryOf(draft, columns) : undefined)
  const query: Query | undefined = draft.kind === 'sql' ? ranHere : draft.table && pointed
  const unsaved = touched || !saved

  const change = (next: (now: PartialAudience) => PartialAudience) => {
    editor.change(next)
    save.reset()
  }
  const run = () => {
    if (ranHere?.sql === draft.sql) askAgain('audiences.preview')
    else setRan(ranOf(draft.connection, draft.sql))
  }
  const setKind = (kind: PartialAudience['kind']) => {
    const next = withKind(draft, kind)
    change(() => next)
    // SQL that says what was shown is shown as well.
    if (next.sql !== draft.sql) setRan(ranOf(next.connection, next.sql))
  }
  const turnIntoSql = (sql: string) => {
    change((now) => ({ ...now, kind: 'sql', sql }))
    setRan(ranOf(draft.connection, sql))
  }
  const submit = () => {
    if (!ready) return
    save.mutate(saved ? { ...ready, id: saved.id } : ready, {
      onSuccess: ({ id }) => {
        editor.settle(draft)
        if (search.get('then') === 'sync') void navigate(`/syncs/new?audience=${id}`)
        else if (!saved) void navigate(`/audiences/${id}`, { replace: true })
      },
    })
  }

  return (
    <Page
      wide
      title={saved?.name ?? 'New audience'}
      back={{ to: '/audiences', label: 'Audiences' }}
      actions={
        <>
          {saved && (
            <Button component={Link} to={`/syncs/new?audience=${saved.id}`}>
              New sync with it
            </Button>
          )}
          {fault && (
            <Typography variant="caption" role="status" sx={{ alignSelf: 'center', color: 'warning.main' }}>
              {fault}
            </Typography>
          )}
          <Button variant="contained" loading={save.isPending} disabled={!ready || !unsaved} onClick={submit}>
            {unsaved ? 'Save' : 'Saved'}
          </Button>
        </>
      }
    >
      {editor.restored && <RestoredNote onStartOver={editor.startOver} />}
      {save.error && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={save.error.problem} connection={draft.connection} onRetry={submit} />
        </Box>
      )}
      <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: '1fr', md: '280px minmax(0, 1fr)' } }}>
        <SourcePanel draft={draft} sources={sources} onChange={change} onKind={setKind} />
        <Box sx={{ minWidth: 0 }}>
          {draft.kind === 'sql' && (
            <SqlPanel
              connection={draft.connection}
              connector={sources.find(({ id }) => id === draft.connection)?.connector ?? ''}
              sql={draft.sql}
              ran={ranHere?.sql}
              onChange={(sql) => change((now) => ({ ...now, sql }))}
              onRun={run}
            />
          )}
          {draft.kind === 'table' && draft.table && (
            <ConditionBuilder
              key={JSON.stringify([draft.connection, draft.table])}
              draft={draft}
              table={draft.table}
              audience={saved?.id}
              sources={sources}
              onChange={change}
              onSql={turnIntoSql}
            />
          )}
          <RowsPanel
            connection={draft.connection}
            kind={draft.kind}
            query={query}
            uniqueId={draft.uniqueId}
            onUniqueId={(uniqueId) => change((now) => ({ ...now, uniqueId }))}
          />
          {saved && <RemoveAudience audience={saved} />}
        </Box>
      </Box>
    </Page>
  )
}

const ranOf = (connection: string, sql: string) => ({ connection, query: { kind: 'sql' as const, sql } })
