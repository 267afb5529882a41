import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import { lazy, Suspense, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Audience, Connection, Query } from '../../preload/api.ts'
import { useAction, useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { PreviewGrid } from './PreviewGrid.tsx'
import { TableList } from './TableList.tsx'
import { UniqueIdPicker } from './UniqueIdPicker.tsx'

const SqlEditor = lazy(() => import('../sql/SqlEditor.tsx'))

type AudienceFormProps = { sources: Connection[]; saved: Audience | undefined; firstSource: string }

/** Left: where the rows come from. Right: what they look like, how many, and what tells them apart. */
export function AudienceForm({ sources, saved, firstSource }: AudienceFormProps) {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [name, setName] = useState(saved?.name ?? '')
  const [connection, setConnection] = useState(saved?.connection ?? firstSource)
  const [kind, setKind] = useState<Query['kind']>(saved?.query.kind ?? 'table')
  const [table, setTable] = useState<string[] | undefined>(
    saved?.query.kind === 'table' ? saved.query.table : undefined,
  )
  const [sql, setSql] = useState(saved?.query.kind === 'sql' ? saved.query.sql : '')
  // The query that is looked at: a table at once, SQL when it is run, so that half a statement is never sent.
  const [query, setQuery] = useState<Query | undefined>(saved?.query)
  const [uniqueId, setUniqueId] = useState<string[]>(saved?.uniqueId ?? [])
  const save = useAction('audiences.save')
  const preview = useCall(
    'audiences.preview',
    { connection, query: query ?? { kind: 'sql', sql: '' } },
    { enabled: query !== undefined, keep: true, staleTime: 30_000 },
  )
  const columns = preview.data?.columns ?? []
  const draftQuery: Query | undefined = kind === 'sql' ? { kind: 'sql', sql } : table && { kind: 'table', table }
  const pendingSql = kind === 'sql' && (query?.kind !== 'sql' || query.sql !== sql)

  const chooseTable = (path: string[]) => {
    setTable(path)
    setQuery({ kind: 'table', table: path })
    setUniqueId([])
    if (!name) setName(path.at(-1) ?? '')
  }
  const changeKind = (next: Query['kind'] | null) => {
    if (!next) return
    setKind(next)
    if (next === 'sql' && !sql && table) setSql(`SELECT *\nFROM ${table.map(quoted).join('.')}`)
    if (next === 'table' && table) setQuery({ kind: 'table', table })
  }
  const submit = () => {
    if (!draftQuery) return
    const draft = { ...(saved && { id: saved.id }), name, connection, query: draftQuery, uniqueId }
    save.mutate(draft, {
      onSuccess: (audience) => {
        if (search.get('then') === 'sync') void navigate(`/syncs/new?audience=${audience.id}`)
        else if (!saved) void navigate(`/audiences/${audience.id}`, { replace: true })
      },
    })
  }

  if (sources.length === 0) {
    return (
      <Page title="New audience" back={{ to: '/audiences', label: 'Audiences' }}>
        <EmptyState
          title="Connect a source first"
          action={
            <Button component={Link} to="/connections" variant="contained">
              Connect a source
            </Button>
          }
        >
          An audience is a table or a query of a warehouse, a database or a file.
        </EmptyState>
      </Page>
    )
  }
  return (
    <Page
      wide
      title={saved?.name ?? 'New audience'}
      back={{ to: '/audiences', label: 'Audiences' }}
      actions={
        <>
          {saved && (
            <Button component={Link} to={`/syncs/new?audience=${saved.id}`}>
              New sync with it
            </Button>
          )}
          <Button
            variant="contained"
            loading={save.isPending}
            disabled={!draftQuery || !name.trim() || uniqueId.length === 0}
            onClick={submit}
          >
            Save
          </Button>
        </>
      }
    >
      {save.error && <ProblemAlert problem={save.error.problem} connection={connection} />}
      {save.isSuccess && (
        <Alert severity="success" variant="outlined" sx={{ mb: 1 }}>
          Saved.
        </Alert>
      )}
      <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: '1fr', md: '280px minmax(0, 1fr)' } }}>
        <Box sx={{ display: 'grid', gap: 1.5, alignContent: 'start' }}>
          <TextField label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
          <TextField
            select
            label="Source"
            value={connection}
            onChange={(event) => {
              setConnection(event.target.value)
              setTable(undefined)
              setQuery(undefined)
              setUniqueId([])
            }}
          >
            {sources.map((source) => (
              <MenuItem key={source.id} value={source.id}>
                {source.name}
              </MenuItem>
            ))}
          </TextField>
          <ToggleButtonGroup
            exclusive
            fullWidth
            size="small"
            aria-label="Rows from"
            value={kind}
            onChange={(_, next) => changeKind(next)}
          >
            <ToggleButton value="table" sx={{ textTransform: 'none' }}>
              A table
            </ToggleButton>
            <ToggleButton value="sql" sx={{ textTransform: 'none' }}>
              SQL
            </ToggleButton>
          </ToggleButtonGroup>
          <TableList
            connection={connection}
            chosen={kind === 'table' ? table : undefined}
            onChoose={kind === 'table' ? chooseTable : (path) => setSql(insertTable(sql, path))}
          />
        </Box>
        <Box sx={{ minWidth: 0 }}>
          {kind === 'sql' && (
            <Box sx={{ mb: 2 }}>
              <Suspense fallback={<Waiting />}>
                <SqlEditor
                  value={sql}
                  columns={columns.map((column) => column.name)}
                  onChange={setSql}
                  onRun={() => setQuery({ kind: 'sql', sql })}
                />
              </Suspense>
              <Box sx={{ display: 'flex', gap: 1, mt: 1, alignItems: 'center' }}>
                <Button
                  variant="outlined"
                  disabled={!sql.trim()}
                  onClick={() => (pendingSql ? setQuery({ kind: 'sql', sql }) : void preview.refetch())}
                >
                  Run
                </Button>
                <Box component="span" sx={{ color: 'text.secondary', fontSize: 12 }}>
                  Ctrl+Enter runs it. It can only read.
                </Box>
              </Box>
            </Box>
          )}
          {!query && (
            <EmptyState title={kind === 'table' ? 'Choose a table on the left' : 'Write a query and run it'}>
              Its first 100 rows are shown here.
            </EmptyState>
          )}
          {preview.error && (
            <ProblemAlert
              problem={preview.error.problem}
              connection={connection}
              onRetry={() => void preview.refetch()}
            />
          )}
          {preview.isPending && query && <Waiting label="Reading the first rows" />}
          {query && preview.data && !preview.error && (
            <>
              <UniqueIdPicker
                connection={connection}
                query={query}
                columns={columns}
                uniqueId={uniqueId}
                onChange={setUniqueId}
              />
              <PreviewGrid
                connection={connection}
                query={query}
                preview={preview.data}
                busy={preview.isFetching}
                uniqueId={uniqueId}
              />
            </>
          )}
        </Box>
      </Box>
    </Page>
  )
}

/** A name as SQL has it: plain where that is safe. */
const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** A table chosen while writing SQL goes to the end of the text. */
function insertTable(sql: string, path: string[]): string {
  const table = path.map(quoted).join('.')
  return sql.trim() ? `${sql.trimEnd()} ${table}` : `SELECT *\nFROM ${table}`
}
