import Button from '@mui/material/Button'
import { Link } from 'react-router'
import type { ConnectorInfo } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Page, Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { Card, Cards } from './Card.tsx'
import { ConnectionCard } from './ConnectionCard.tsx'
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
                  <ConnectionCard
                    key={connection.id}
                    connection={connection}
                    product={connectors.data.find(({ id }) => id === connection.connector)}
                  />
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
