import { useParams } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { ConnectionForm } from './ConnectionForm.tsx'

/** One connection: its form, its test, what it reaches. */
export default function ConnectionEditor() {
  const { id, connector } = useParams()
  const connectors = useCall('connectors.list', {})
  const connection = useCall('connections.get', { id: id ?? '' }, { enabled: id !== undefined })
  const failed = connectors.error ?? connection.error
  const product = connectors.data?.find((known) => known.id === (connector ?? connection.data?.connector))
  const loaded = product && (id === undefined || connection.data)
  if (failed) {
    return (
      <Page title="Connection" back={{ to: '/connections', label: 'Connections' }}>
        <ProblemAlert problem={failed.problem} onRetry={() => void connection.refetch()} />
      </Page>
    )
  }
  if (!loaded) return <Waiting />
  return <ConnectionForm key={id ?? connector} product={product} saved={connection.data} />
}
