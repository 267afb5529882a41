import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import type { Column, Connection } from '../../../preload/api.ts'
import { useCall } from '../../bridge.ts'
import { ProblemAlert } from '../../ProblemAlert.tsx'
import { Waiting } from '../../shared/Waiting.tsx'
import type { PartialAudience } from '../draft.ts'
import { queryOf } from '../draft.ts'
import { ColumnsPart } from './ColumnsPart.tsx'
import { type Choosing, GroupEditor } from './GroupEditor.tsx'
import { LiveCount } from './LiveCount.tsx'
import { faultyLines, linesOf } from './model.ts'
import { OrderPart } from './OrderPart.tsx'
import { ShowSql } from './ShowSql.tsx'

type ConditionBuilderProps = {
  draft: PartialAudience
  table: string[]
  /** The audience that is edited: it cannot look into itself. */
  audience: string | undefined
  sources: Connection[]
  onChange: (next: (now: PartialAudience) => PartialAudience) => void
  onSql: (sql: string) => void
}

/** Which rows of a table, which columns of it, in which order: without SQL. */
export function ConditionBuilder({ draft, table, audience, sources, onChange, onSql }: ConditionBuilderProps) {
  const { connection } = draft
  const whole = { kind: 'table' as const, table }
  const columns = useCall('connections.columns', { id: connection, query: whole }, { staleTime: 30_000 })
  if (columns.error) {
    return (
      <ProblemAlert problem={columns.error.problem} connection={connection} onRetry={() => void columns.refetch()} />
    )
  }
  if (!columns.data) return <Waiting label="Loading the columns" />
  const choosing: Choosing = { connection, table, columns: columns.data, audience, sources }
  const query = queryOf(draft, columns.data)
  return (
    <Paper component="section" aria-label="Conditions" sx={{ mb: 2, p: { xs: 1.5, md: 2 } }}>
      <Typography variant="h2" sx={{ mb: 1 }}>
        Which rows
      </Typography>
      <GroupEditor
        choosing={choosing}
        group={draft.where}
        depth={1}
        name="Conditions"
        onChange={(where) => onChange((now) => ({ ...now, where }))}
      />
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mt: 1.5, minHeight: 32 }}
        role="group"
        aria-label="How many rows"
      >
        <LiveCount connection={connection} query={query} left={leftOut(draft, columns.data)} />
      </Box>
      <ColumnsPart
        choosing={choosing}
        picked={draft.columns}
        always={draft.uniqueId}
        onPick={(picked) => onChange((now) => ({ ...now, columns: picked }))}
      />
      <OrderPart
        columns={columns.data}
        sort={draft.sort}
        limit={draft.limit}
        onSort={(sort) => onChange((now) => ({ ...now, sort }))}
        onLimit={(limit) => onChange((now) => ({ ...now, limit }))}
      />
      {query && <ShowSql connection={connection} query={query} onSql={onSql} />}
    </Paper>
  )
}

function leftOut(draft: PartialAudience, columns: Column[]): number {
  return linesOf(draft.where).length === 0 ? 0 : faultyLines(draft.where, columns).length
}
