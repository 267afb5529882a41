import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useDeferredValue, useState } from 'react'
import type { Licences } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { count } from '../shared/format.ts'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'

/** Under which licences the parts of Outflow come, with their texts. */
export default function LicencesPage() {
  const licences = useCall('app.licences', {}, { staleTime: Number.POSITIVE_INFINITY })
  return (
    <Page
      title="Licences"
      about="Outflow itself is under the MIT licence. It ships with these packages; their authors’ texts are kept as they are."
      back={{ to: '/settings', label: 'Settings' }}
    >
      {licences.isPending && <Waiting />}
      {licences.error && <ProblemAlert problem={licences.error.problem} onRetry={() => void licences.refetch()} />}
      {licences.data && <List {...licences.data} />}
    </Page>
  )
}

function List({ packages, texts }: Licences) {
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search).trim().toLowerCase()
  const matching = packages.filter(({ name, licence }) => `${name} ${licence}`.toLowerCase().includes(wanted))
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', mb: 1.5, flexWrap: 'wrap' }}>
        <TextField
          label="Search packages and licences"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          sx={{ width: 320, maxWidth: '100%' }}
        />
        <Typography role="status" color="textSecondary">
          {count(matching.length, 'package')}
        </Typography>
      </Box>
      {matching.length === 0 ? (
        <EmptyState title="No package is called so">Search for a part of its name, or for a licence.</EmptyState>
      ) : (
        <Paper>
          {matching.map((entry) => (
            <Entry key={`${entry.name} ${entry.version}`} entry={entry} texts={texts} />
          ))}
        </Paper>
      )}
    </>
  )
}

function Entry({ entry, texts }: { entry: Licences['packages'][number]; texts: string[] }) {
  const [open, setOpen] = useState(false)
  const { name, version, licence } = entry
  return (
    <Box sx={{ px: 2, py: 0.5, '& + &': { borderTop: 1, borderColor: 'divider' } }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', minHeight: 32 }}>
        <Typography sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          {name}{' '}
          <Typography component="span" color="textSecondary">
            {version}
          </Typography>
        </Typography>
        <Typography color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          {licence}
        </Typography>
        <Button
          onClick={() => setOpen(!open)}
          aria-expanded={open}
          aria-label={`${open ? 'Hide' : 'Read'} the licence of ${name} ${version}`}
        >
          {open ? 'Hide' : 'Read'}
        </Button>
      </Box>
      {open &&
        entry.texts.map((index) => (
          <Box
            key={index}
            component="pre"
            // Scrolls by keyboard as well.
            tabIndex={0}
            sx={{
              m: 0,
              mb: 1.5,
              fontSize: 12,
              whiteSpace: 'pre-wrap',
              overflowWrap: 'anywhere',
              maxHeight: 320,
              overflow: 'auto',
            }}
          >
            {texts[index]}
          </Box>
        ))}
    </Box>
  )
}
