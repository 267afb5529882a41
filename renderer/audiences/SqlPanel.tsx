import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { lazy, Suspense } from 'react'
import { Waiting } from '../shared/Waiting.tsx'
import { useSqlWords } from './useSqlWords.ts'

const SqlEditor = lazy(() => import('../sql/SqlEditor.tsx'))

type SqlPanelProps = {
  connection: string
  connector: string
  sql: string
  /** What was run last. */
  ran: string | undefined
  onChange: (sql: string) => void
  onRun: () => void
}

/** SQL, run on demand. */
export function SqlPanel({ connection, connector, sql, ran, onChange, onRun }: SqlPanelProps) {
  const words = useSqlWords(connection, sql)
  return (
    <Box sx={{ mb: 2 }}>
      <Suspense fallback={<Waiting />}>
        <SqlEditor value={sql} connector={connector} words={words} onChange={onChange} onRun={onRun} />
      </Suspense>
      <Box sx={{ display: 'flex', gap: 1, mt: 1, alignItems: 'center' }}>
        <Button variant="outlined" disabled={!sql.trim()} onClick={onRun}>
          Run
        </Button>
        <Box component="span" sx={{ color: 'text.secondary', fontSize: 12 }} role="status">
          {ran !== undefined && ran !== sql
            ? 'Changed since it was run: below is what it gave before. Ctrl+Enter runs it.'
            : 'Ctrl+Enter runs it. It can only read.'}
        </Box>
      </Box>
    </Box>
  )
}
