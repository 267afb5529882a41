import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { About } from '../about/About.tsx'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page, Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { TakeAlong } from '../workspace/TakeAlong.tsx'
import { Appearance } from './Appearance.tsx'
import { KeepHistory } from './KeepHistory.tsx'
import { NeverSend } from './NeverSend.tsx'
import { OnThisComputer } from './OnThisComputer.tsx'
import { Schedules } from './Schedules.tsx'
import { useSettings } from './useSettings.ts'

/** How it looks, who is never sent, how long it remembers, the workspace as a file, and where everything is kept. */
export default function SettingsPage() {
  const { settings, saving, saved, change, failed, again } = useSettings()
  const info = useCall('app.info', {})
  return (
    <Page title="Settings">
      {failed && (
        <Box sx={{ mb: 2 }}>
          <ProblemAlert problem={failed.problem} onRetry={again} />
        </Box>
      )}
      <Section title="Appearance">
        <Appearance theme={settings?.theme} onChange={(theme) => change({ theme })} />
      </Section>
      <Section title="Schedules">
        <Schedules />
      </Section>
      <Section title="Never send to">
        <NeverSend />
      </Section>
      <Section
        title="History"
        actions={
          <Typography role="status" color="textSecondary">
            {('keepHistoryDays' in saved || 'keepExchangesMb' in saved) && 'Saved'}
          </Typography>
        }
      >
        {settings ? <KeepHistory settings={settings} saving={saving} onChange={change} /> : !failed && <Waiting />}
      </Section>
      <Section title="Workspace">
        <TakeAlong />
      </Section>
      <Section title="On this computer">
        {info.data && <OnThisComputer info={info.data} />}
        {info.isPending && <Waiting />}
        {info.error && <ProblemAlert problem={info.error.problem} onRetry={() => void info.refetch()} />}
      </Section>
      <Section title="About Outflow">
        <About />
      </Section>
    </Page>
  )
}
