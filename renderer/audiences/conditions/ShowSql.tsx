import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Query } from '../../../preload/api.ts'
import { useCall } from '../../bridge.ts'
import { ProblemAlert } from '../../ProblemAlert.tsx'
import { CopyButton } from '../../shared/CopyButton.tsx'
import { Waiting } from '../../shared/Waiting.tsx'
import { Fold } from './Fold.tsx'
import { useSettledQuery } from './useSettledQuery.ts'

/** What an audience's SQL may have. */
const LONGEST = 200_000
/** What is drawn of it. */
const SHOWN = 20_000

type ShowSqlProps = { connection: string; query: Query; onSql: (sql: string) => void }

/** The same rows as SQL, to read or to go on with. */
export function ShowSql(props: ShowSqlProps) {
  return (
    <Fold title="Show SQL" note="">
      <Sql {...props} />
    </Fold>
  )
}

function Sql({ connection, query, onSql }: ShowSqlProps) {
  const [asked, setAsked] = useState(false)
  const settled = useSettledQuery(query) ?? query
  const answer = useCall('audiences.sql', { connection, query: settled }, { keep: true })
  if (answer.error) {
    return <ProblemAlert problem={answer.error.problem} connection={connection} onRetry={() => void answer.refetch()} />
  }
  if (!answer.data) return <Waiting label="Writing the SQL" />
  const { sql } = answer.data
  return (
    <>
      <Box
        component="pre"
        tabIndex={0}
        role="region"
        aria-label="SQL of these rows"
        sx={{
          m: 0,
          p: 1.25,
          maxHeight: 320,
          overflow: 'auto',
          bgcolor: 'background.default',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
          fontSize: 12.5,
          fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
        }}
      >
        {sql.length > SHOWN ? `${sql.slice(0, SHOWN)} …` : sql}
      </Box>
      <Box sx={{ display: 'flex', gap: 1, mt: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        <CopyButton text={sql} name="SQL of these rows" />
        {sql.length > LONGEST ? (
          <Typography variant="caption" color="textSecondary">
            It is too long to be turned into an SQL audience.
          </Typography>
        ) : (
          <Button onClick={() => setAsked(true)} disabled={asked}>
            Turn into SQL…
          </Button>
        )}
      </Box>
      {asked && (
        <Box sx={{ mt: 1 }} role="alert">
          <Typography sx={{ mb: 0.75 }}>
            From then on you change these rows by writing SQL; it cannot be turned back into conditions. Dates like “the
            last 30 days” become the days that they are today, and what is looked up in other sources becomes a fixed
            list.
          </Typography>
          <Box sx={{ display: 'flex', gap: 1 }}>
            <Button variant="outlined" onClick={() => onSql(sql)}>
              Turn into SQL
            </Button>
            <Button onClick={() => setAsked(false)} autoFocus>
              Keep the conditions
            </Button>
          </Box>
        </Box>
      )}
    </>
  )
}
