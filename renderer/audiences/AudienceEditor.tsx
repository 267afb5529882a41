import { useParams, useSearchParams } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { AudienceForm } from './AudienceForm.tsx'

/** One audience: loads what is saved, then hands over to the form. */
export default function AudienceEditor() {
  const { id } = useParams()
  const [search] = useSearchParams()
  const audience = useCall('audiences.get', { id: id ?? '' }, { enabled: id !== undefined })
  const connections = useCall('connections.list', {})
  const failed = audience.error ?? connections.error
  if (failed) {
    return (
      <Page title="Audience" back={{ to: '/audiences', label: 'Audiences' }}>
        <ProblemAlert problem={failed.problem} onRetry={() => void audience.refetch()} />
      </Page>
    )
  }
  if (!connections.data || (id !== undefined && !audience.data)) return <Waiting />
  const sources = connections.data.filter(({ kind }) => kind === 'source')
  return (
    <AudienceForm
      key={id ?? 'new'}
      sources={sources}
      saved={audience.data}
      firstSource={search.get('source') ?? sources[0]?.id ?? ''}
    />
  )
}
