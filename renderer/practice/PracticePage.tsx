import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { count } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { useSettled } from '../shared/useSettled.ts'
import { Waiting } from '../shared/Waiting.tsx'
import { type PracticeObject, practiceObjects } from './objects.ts'
import { RecordsTable } from './RecordsTable.tsx'

const PAGE = 50

/** The records of the Practice CRM, as its own users would see them. */
export default function PracticePage() {
  const [params, setParams] = useSearchParams()
  const object = practiceObjects.find(({ id }) => id === params.get('object')) ?? practiceObjects[0]
  const [search, setSearch] = useState('')
  const wanted = useSettled(search.trim())
  return (
    <Page wide title="Practice CRM" about="A CRM inside this app: what arrived there, with nothing at stake.">
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', mb: 1.5, flexWrap: 'wrap' }}>
        <Tabs
          value={object.id}
          onChange={(_, next: string) => setParams({ object: next }, { replace: true })}
          aria-label="Kind of record"
        >
          {practiceObjects.map(({ id, label }) => (
            <Tab key={id} value={id} label={label} id={`tab-${id}`} aria-controls="records" />
          ))}
        </Tabs>
        <TextField
          label="Search records"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          sx={{ maxWidth: 280 }}
        />
      </Box>
      <Box role="tabpanel" id="records" aria-labelledby={`tab-${object.id}`}>
        <Records object={object} search={wanted} />
      </Box>
    </Page>
  )
}

/** The records that match, a page at a time; another search starts at the first page. */
function Records({ object, search }: { object: PracticeObject; search: string }) {
  const list = `${object.id} ${search}`
  const [place, setPlace] = useState<{ list: string; cursors: string[] }>({ list, cursors: [] })
  const cursors = place.list === list ? place.cursors : []
  const setCursors = (next: string[]) => setPlace({ list, cursors: next })
  const after = cursors.at(-1)
  const answer = useCall(
    'practice.records',
    { object: object.id, limit: PAGE, ...(search && { search }), ...(after && { after }) },
    { keep: true },
  )
  const page = answer.data
  if (answer.error) return <ProblemAlert problem={answer.error.problem} onRetry={() => void answer.refetch()} />
  if (!page) return <Waiting />
  if (page.total === 0) return <Nothing of={object} searched={search !== ''} />
  const first = cursors.length * PAGE + 1
  return (
    <>
      <RecordsTable object={object} fields={page.fields} records={page.records} />
      <Box sx={{ display: 'flex', gap: 1, mt: 1, alignItems: 'center' }}>
        <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
          ‹ Previous
        </Button>
        <Button disabled={!page.next} onClick={() => page.next && setCursors([...cursors, page.next])}>
          Next ›
        </Button>
        <Typography color="textSecondary" role="status">
          {first.toLocaleString('en')}–{(first + page.records.length - 1).toLocaleString('en')} of{' '}
          {count(page.total, object.one)}
        </Typography>
      </Box>
    </>
  )
}

function Nothing({ of, searched }: { of: PracticeObject; searched: boolean }) {
  if (searched) {
    return <EmptyState title={`No ${of.one} holds this`}>Search for another word, or a part of it.</EmptyState>
  }
  return (
    <EmptyState
      title={of.empty.title}
      action={
        <Button component={Link} to="/syncs" variant="outlined">
          Open the syncs
        </Button>
      }
    >
      {of.empty.text}
    </EmptyState>
  )
}
