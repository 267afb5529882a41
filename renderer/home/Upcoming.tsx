import Typography from '@mui/material/Typography'
import type { SyncSummary } from '../../preload/api.ts'
import { ago, moment } from '../shared/format.ts'
import { Section } from '../shared/Page.tsx'

/** The next scheduled runs, soonest first. Not shown while every sync is started by hand. */
export function Upcoming({ syncs }: { syncs: SyncSummary[] }) {
  const next = syncs
    .flatMap((sync) => (sync.nextRunAt ? [{ ...sync, at: sync.nextRunAt }] : []))
    .sort((a, b) => a.at.localeCompare(b.at))
    .slice(0, 5)
  if (next.length === 0) return null
  return (
    <Section title="Next">
      {next.map((sync) => (
        <Typography key={sync.id} sx={{ display: 'flex', gap: 1 }}>
          <span title={moment(sync.at)}>{Date.parse(sync.at) > Date.now() ? ago(sync.at) : 'due now'}</span> {sync.name}
        </Typography>
      ))}
    </Section>
  )
}
