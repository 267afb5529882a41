import Box from '@mui/material/Box'
import CircularProgress from '@mui/material/CircularProgress'
import Typography from '@mui/material/Typography'
import type { Query } from '../../../preload/api.ts'
import { useCall } from '../../bridge.ts'
import { ProblemAlert } from '../../ProblemAlert.tsx'
import { count } from '../../shared/format.ts'
import { useTicket } from '../useTicket.ts'
import { useSettledQuery } from './useSettledQuery.ts'

type LiveCountProps = {
  connection: string
  query: Query | undefined
  /** Conditions that do not count yet. */
  left: number
}

const nothing: Query = { kind: 'sql', sql: '' }

/** How many rows the conditions select, as they are changed. A count that nobody waits for any more is stopped in the source. */
export function LiveCount({ connection, query, left }: LiveCountProps) {
  const settled = useSettledQuery(query)
  // A whole table may be long to count: that is asked for by a button.
  const counted = settled?.kind === 'visual' ? settled : undefined
  const ticket = useTicket('count', connection, counted)
  const input = { connection, query: counted ?? nothing, ticket }
  const answer = useCall('audiences.count', input, { enabled: counted !== undefined, keep: true, staleTime: 30_000 })
  const note =
    left > 0 ? `${count(left, 'condition is', 'conditions are')} not complete and left out of these numbers.` : ''
  return (
    <>
      {counted && (
        <Typography role="status" aria-label="Rows that match" sx={{ fontWeight: 600, minWidth: 0 }}>
          {answer.data ? `${count(answer.data.rows, 'row')} ${answer.data.rows === 1 ? 'matches' : 'match'}` : ''}
        </Typography>
      )}
      {counted && answer.isFetching && (
        <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
          <CircularProgress size={14} aria-label="Counting" />
          {!answer.data && <Typography color="textSecondary">Counting</Typography>}
        </Box>
      )}
      {note && (
        <Typography variant="caption" sx={{ color: 'warning.main' }}>
          {note}
        </Typography>
      )}
      {counted && answer.error && !answer.isFetching && (
        <Box sx={{ flexBasis: '100%' }}>
          <ProblemAlert problem={answer.error.problem} connection={connection} onRetry={() => void answer.refetch()} />
        </Box>
      )}
    </>
  )
}
