import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Connection, ConnectorInfo } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { FindFile } from '../files/FindFile.tsx'
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
  // The form begins anew with where the file is now.
  const [moves, setMoves] = useState(0)
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
      rehearsal={saved?.rehearsal}
      title={saved?.name ?? `New connection: ${product.name}`}
      about={saved ? <Status connection={saved} product={product} /> : product.summary}
      back={back}
    >
      <SecretsNote products={[product]} />
      {saved?.status === 'needs-sign-in' && product.id === 'file' && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper' }}>
          The file could not be read where it was. If it was moved or renamed, show Outflow where it is now.
          <Box sx={{ display: 'flex', flexWrap: 'wrap', ml: -1 }}>
            <FindFile key={saved.id} connection={saved.id} onFound={() => setMoves(moves + 1)} here />
          </Box>
        </Alert>
      )}
      {saved?.status === 'needs-sign-in' && product.id !== 'file' && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: 'background.paper' }}>
          {product.name} does not let Outflow in with what is saved here. {wayBack(product)}
        </Alert>
      )}
      <ConnectionForm key={`${id ?? connector} ${moves}`} product={product} saved={saved} />
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
      <ConnectionStatusChip status={status} connector={connection.connector} />
      {testedAs && <span>{testedAs}</span>}
      {testedAt && <span title={moment(testedAt)}>tested {ago(testedAt)}</span>}
    </Box>
  )
}

/** What to do about it. */
function wayBack({ name, settings }: ConnectorInfo): string {
  return Object.values(settings).some(({ kind }) => kind === 'sign-in')
    ? `Sign in with ${name} again below.`
    : 'Enter what is missing or has changed, test it, and save.'
}
