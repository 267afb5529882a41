import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import { useParams } from 'react-router'
import type { Connection, ConnectorInfo } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { ago, moment } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { ConnectionStatusChip } from '../shared/StatusChip.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { ConnectionForm } from './ConnectionForm.tsx'
import { ConnectionUse } from './ConnectionUse.tsx'
import { SecretsNote } from './SecretsNote.tsx'

const back = { to: '/connections', label: 'Connections' }

/** One connection: its form, its test, what it reaches. */
export default function ConnectionEditor() {
  const { id, connector } = useParams()
  const connectors = useCall('connectors.list', {})
  const connection = useCall('connections.get', { id: id ?? '' }, { enabled: id !== undefined })
  const failed = connectors.error ?? connection.error
  const product = connectors.data?.find((known) => known.id === (connector ?? connection.data?.connector))
  if (failed || (connectors.data && !product && connector)) {
    const again = () => void (connectors.error ? connectors.refetch() : connection.refetch())
    return (
      <Page title="Connection" back={back}>
        {failed ? <ProblemAlert problem={failed.problem} onRetry={again} /> : 'There is no such product.'}
      </Page>
    )
  }
  if (!product || (id !== undefined && !connection.data)) return <Waiting />
  const saved = connection.data
  return (
    <Page
      title={saved?.name ?? `New connection: ${product.name}`}
      about={saved ? <Status connection={saved} product={product} /> : product.summary}
      back={back}
    >
      <SecretsNote products={[product]} />
      {saved?.status === 'needs-sign-in' && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper' }}>
          Outflow cannot sign in with what is saved here. Enter what is missing or has changed, test it, and save.
        </Alert>
      )}
      <ConnectionForm key={id ?? connector} product={product} saved={saved} />
      {saved && saved.status !== 'needs-sign-in' && <ConnectionUse connection={saved} />}
    </Page>
  )
}

/** What it is, and what the product said of itself when it was last tested. */
function Status({ connection, product }: { connection: Connection; product: ConnectorInfo }) {
  const { kind, status, testedAs, testedAt } = connection
  return (
    <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'baseline', overflowWrap: 'anywhere' }}>
      <span>
        {product.name}, {kind}
      </span>
      <ConnectionStatusChip status={status} />
      {testedAs && <span>{testedAs}</span>}
      {testedAt && <span title={moment(testedAt)}>tested {ago(testedAt)}</span>}
    </Box>
  )
}
