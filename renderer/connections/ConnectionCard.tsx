import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import type { Connection, ConnectorInfo } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { ago, moment } from '../shared/format.ts'
import { RehearsalChip } from '../shared/RehearsalChip.tsx'
import { Chip, ConnectionStatusChip } from '../shared/StatusChip.tsx'
import { Card } from './Card.tsx'
import { draftOf } from './form.ts'

type ConnectionCardProps = { connection: Connection; product: ConnectorInfo | undefined }

/** A connection, how it stands, and a test of it as it is saved. */
export function ConnectionCard({ connection, product }: ConnectionCardProps) {
  const { name, kind, status, testedAs, testedAt } = connection
  const test = useAction('connections.test')
  const productName = product?.name ?? connection.connector
  const start = () => product && test.mutate(draftOf(product, connection))
  return (
    <Card
      to={`/connections/${connection.id}`}
      product={productName}
      title={name}
      text={`${productName}, ${kind}`}
      action={
        product && (
          <Button aria-label={`Test ${name}`} loading={test.isPending} onClick={start} sx={{ minWidth: 0 }}>
            Test
          </Button>
        )
      }
      below={
        test.error ? (
          <ProblemAlert problem={test.error.problem} connection={connection.id} onRetry={start} />
        ) : (
          test.data && (
            <Typography role="status" variant="caption" component="div" color="textSecondary">
              {test.data.testedAs}
            </Typography>
          )
        )
      }
    >
      <Box sx={{ display: 'flex', columnGap: 1.5, mt: 0.5, flexWrap: 'wrap' }}>
        <ConnectionStatusChip status={status} connector={connection.connector} />
        {connection.sample && <Chip label="Sample" color="info.main" />}
        {connection.rehearsal && <RehearsalChip />}
        {testedAt && status === 'ok' && (
          <Typography
            variant="caption"
            color="textSecondary"
            title={[testedAs, moment(testedAt)].filter(Boolean).join('\n')}
          >
            tested {ago(testedAt)}
          </Typography>
        )}
      </Box>
    </Card>
  )
}
