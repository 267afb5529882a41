import { useParams, useSearchParams } from 'react-router'
import type { Connection } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { SyncForm } from './SyncForm.tsx'
import type { PartialSync } from './steps.ts'

/** One sync: loads what is saved, then hands over to the five questions. */
export default function SyncEditor() {
  const { id } = useParams()
  const [search] = useSearchParams()
  const sync = useCall('syncs.get', { id: id ?? '' }, { enabled: id !== undefined })
  const audiences = useCall('audiences.list', {})
  const connections = useCall('connections.list', {})
  const failed = [sync, audiences, connections].filter(({ isError }) => isError)
  const problem = failed[0]?.error?.problem
  if (problem) {
    return (
      <Page title="Sync" back={{ to: '/syncs', label: 'Syncs' }}>
        <ProblemAlert problem={problem} onRetry={() => void Promise.all(failed.map((call) => call.refetch()))} />
      </Page>
    )
  }
  if (!audiences.data || !connections.data || (id !== undefined && !sync.data)) return <Waiting />
  const destinations = connections.data.filter(({ kind }) => kind === 'destination')
  const audience = search.get('audience') ?? undefined
  return (
    <SyncForm
      key={id ?? `new ${audience}`}
      saved={sync.data}
      first={firstDraft(destinations, audience)}
      audience={audience}
      audiences={audiences.data}
      destinations={destinations}
    />
  )
}

function firstDraft(destinations: Connection[], audience: string | undefined): PartialSync {
  return {
    name: '',
    audience,
    destination: destinations.length === 1 ? destinations[0]?.id : undefined,
    object: undefined,
    mode: undefined,
    key: null,
    mapping: [],
    removal: 'nothing',
    firstRun: 'send-all',
    edits: 'keep',
    guards: {},
    schedule: { kind: 'manual' },
  }
}
