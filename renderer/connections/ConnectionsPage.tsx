import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Connection, ConnectorInfo } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { ago } from '../shared/format.ts'
import { Page, Section } from '../shared/Page.tsx'
import { RehearsalChip } from '../shared/RehearsalChip.tsx'
import { Chip, ConnectionStatusChip } from '../shared/StatusChip.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { Initials } from './Initials.tsx'
import { SecretsNote } from './SecretsNote.tsx'

/** What is connected, and what can be. */
export default function ConnectionsPage() {
  const connections = useCall('connections.list', {})
  const connectors = useCall('connectors.list', {})
  const failed = connections.error ?? connectors.error
  const connected = new Set(connections.data?.map(({ connector }) => connector))
  return (
    <Page
      title="Connections"
      about="Sources that Outflow reads from, and destinations that it sends to."
      actions={
        <Button component={Link} to="/files/new" variant="outlined">
          Use a file
        </Button>
      }
    >
      <SecretsNote products={connectors.data?.filter(({ id }) => connected.has(id)) ?? []} />
      {failed && (
        <ProblemAlert
          problem={failed.problem}
          onRetry={() => void Promise.all([connections.refetch(), connectors.refetch()])}
        />
      )}
      {(connections.isPending || connectors.isPending) && <Waiting />}
      {connections.data && connectors.data && (
        <>
          <Section title="Connected">
            {connections.data.length === 0 ? (
              <EmptyState title="Nothing is connected yet">
                Choose a product below: one to read from, one to send to.
              </EmptyState>
            ) : (
              <Cards>
                {connections.data.map((connection) => (
                  <ConnectionCard key={connection.id} connection={connection} connectors={connectors.data} />
                ))}
              </Cards>
            )}
          </Section>
          <Section title="Add a source">
            <Products connectors={connectors.data} kind="source" />
          </Section>
          <Section title="Add a destination">
            <Products connectors={connectors.data} kind="destination" />
          </Section>
        </>
      )}
    </Page>
  )
}

function ConnectionCard({ connection, connectors }: { connection: Connection; connectors: ConnectorInfo[] }) {
  const product = connectors.find(({ id }) => id === connection.connector)?.name ?? connection.connector
  return (
    <Card
      to={`/connections/${connection.id}`}
      product={product}
      title={connection.name}
      text={`${product}, ${connection.kind}`}
    >
      <Box sx={{ display: 'flex', gap: 1.5, mt: 0.5, flexWrap: 'wrap' }}>
        <ConnectionStatusChip status={connection.status} connector={connection.connector} />
        {connection.sample && <Chip label="Sample" color="info.main" />}
        {connection.rehearsal && <RehearsalChip />}
        {connection.testedAt && (
          <Typography variant="caption" color="textSecondary">
            tested {ago(connection.testedAt)}
          </Typography>
        )}
      </Box>
    </Card>
  )
}

function Products({ connectors, kind }: { connectors: ConnectorInfo[]; kind: ConnectorInfo['kind'] }) {
  return (
    <Cards>
      {connectors
        .filter((connector) => connector.kind === kind)
        .map((connector) => (
          <Card
            key={connector.id}
            to={connector.id === 'file' ? '/files/new' : `/connections/new/${connector.id}`}
            product={connector.name}
            title={connector.name}
            text={connector.summary}
          />
        ))}
    </Cards>
  )
}

function Cards({ children }: { children: React.ReactNode }) {
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))' }}>
      {children}
    </Box>
  )
}

type CardProps = { to: string; product: string; title: string; text: string; children?: React.ReactNode }

function Card({ to, product, title, text, children }: CardProps) {
  return (
    <ButtonBase
      component={Link}
      to={to}
      sx={{
        display: 'flex',
        alignItems: 'flex-start',
        justifyContent: 'flex-start',
        gap: 1.5,
        p: 1.5,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.paper',
        textAlign: 'left',
        '&:hover': { borderColor: 'primary.main' },
      }}
    >
      <Initials name={product} />
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="h3" sx={{ overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {text}
        </Typography>
        {children}
      </Box>
    </ButtonBase>
  )
}
