import { useParams, useSearchParams } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { AudienceForm } from './AudienceForm.tsx'
import { NoSource } from './NoSource.tsx'

/** One audience: loads what is saved, then hands over to the form. */
export default function AudienceEditor() {
  const { id } = useParams()
  const [search] = useSearchParams()
  const audience = useCall('audiences.get', { id: id ?? '' }, { enabled: id !== undefined })
  const connections = useCall('connections.list', {})
  const failed = [audience, connections].filter(({ isError }) => isError)
  const problem = failed[0]?.error?.problem
  if (problem) {
    return (
      <Page title="Audience" back={{ to: '/audiences', label: 'Audiences' }}>
        <ProblemAlert problem={problem} onRetry={() => void Promise.all(failed.map((call) => call.refetch()))} />
      </Page>
    )
  }
  if (!connections.data || (id !== undefined && !audience.data)) return <Waiting />
  const sources = connections.data.filter(({ kind }) => kind === 'source')
  const first = sources.find((source) => source.id === search.get('source')) ?? sources[0]
  if (!first) return <NoSource />
  return <AudienceForm key={id ?? `new ${first.id}`} sources={sources} saved={audience.data} firstSource={first.id} />
}
