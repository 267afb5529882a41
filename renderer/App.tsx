import Box from '@mui/material/Box'
import { Suspense } from 'react'
import { Navigate, Route, Routes, useNavigate } from 'react-router'
import { useEvent } from './bridge.ts'
import { FileDrop } from './files/FileDrop.tsx'
import { HomePage } from './home/HomePage.tsx'
import { HostLost } from './shared/HostLost.tsx'
import { lazyPage } from './shared/lazyPage.ts'
import { PageFault } from './shared/PageFault.tsx'
import { Rail } from './shared/Rail.tsx'
import { Waiting } from './shared/Waiting.tsx'

const SyncsPage = lazyPage(() => import('./syncs/SyncsPage.tsx'))
const SyncEditor = lazyPage(() => import('./syncs/SyncEditor.tsx'))
const PlanPage = lazyPage(() => import('./plans/PlanPage.tsx'))
const RunPage = lazyPage(() => import('./runs/RunPage.tsx'))
const AudiencesPage = lazyPage(() => import('./audiences/AudiencesPage.tsx'))
const AudienceEditor = lazyPage(() => import('./audiences/AudienceEditor.tsx'))
const FilePage = lazyPage(() => import('./files/FilePage.tsx'))
const ConnectionsPage = lazyPage(() => import('./connections/ConnectionsPage.tsx'))
const ConnectionEditor = lazyPage(() => import('./connections/ConnectionEditor.tsx'))
const PracticePage = lazyPage(() => import('./practice/PracticePage.tsx'))
const HistoryPage = lazyPage(() => import('./history/HistoryPage.tsx'))
const SettingsPage = lazyPage(() => import('./settings/SettingsPage.tsx'))
const LicencesPage = lazyPage(() => import('./about/LicencesPage.tsx'))
const ImportPage = lazyPage(() => import('./workspace/ImportPage.tsx'))

/** The frame: the rail on the left, one page on the right. One page answers one question. */
export function App() {
  const navigate = useNavigate()
  useEvent('page.asked', ({ path }) => void navigate(path))
  return (
    <Box sx={{ display: 'flex', height: '100vh', overflow: 'hidden' }}>
      <Rail />
      <Box
        component="main"
        id="page"
        tabIndex={-1}
        sx={{ flex: 1, minWidth: 0, overflow: 'auto', outline: 'none', bgcolor: 'background.default' }}
      >
        <HostLost />
        <FileDrop />
        <PageFault>
          <Suspense fallback={<Waiting />}>
            <Routes>
              <Route path="/" element={<HomePage />} />
              <Route path="/syncs" element={<SyncsPage />} />
              <Route path="/syncs/new" element={<SyncEditor />} />
              <Route path="/syncs/:id" element={<SyncEditor />} />
              <Route path="/plan/:id" element={<PlanPage />} />
              <Route path="/runs/:id" element={<RunPage />} />
              <Route path="/audiences" element={<AudiencesPage />} />
              <Route path="/audiences/new" element={<AudienceEditor />} />
              <Route path="/audiences/:id" element={<AudienceEditor />} />
              <Route path="/files/new" element={<FilePage />} />
              <Route path="/connections" element={<ConnectionsPage />} />
              <Route path="/connections/new/:connector" element={<ConnectionEditor />} />
              <Route path="/connections/:id" element={<ConnectionEditor />} />
              <Route path="/practice" element={<PracticePage />} />
              <Route path="/history" element={<HistoryPage />} />
              <Route path="/settings" element={<SettingsPage />} />
              <Route path="/licences" element={<LicencesPage />} />
              <Route path="/import" element={<ImportPage />} />
              <Route path="*" element={<Navigate to="/" replace />} />
            </Routes>
          </Suspense>
        </PageFault>
      </Box>
    </Box>
  )
}
