import { useNavigate, useSearchParams } from 'react-router'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { PickWorkspace } from './PickWorkspace.tsx'
import { workspacePage } from './place.ts'
import { WorkspaceSheet } from './WorkspaceSheet.tsx'

/** A workspace file, looked into before anything is added. */
export default function ImportPage() {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const file = search.get('file')
  if (file) return <Looked key={file} file={file} />
  return (
    <Page
      title="Import a workspace file"
      about="It holds connections, audiences and syncs that someone prepared, without passwords. You see what is in it before anything is added."
      back={{ to: '/settings', label: 'Settings' }}
    >
      <PickWorkspace onPath={(path) => void navigate(workspacePage(path))} />
    </Page>
  )
}

function Looked({ file }: { file: string }) {
  const look = useCall('workspace.look', { path: file }, { staleTime: Number.POSITIVE_INFINITY })
  const name = file.split(/[\\/]/).at(-1) ?? file
  return (
    <Page
      title={name}
      about="A workspace file. What is in Outflow already stays as it is."
      back={{ to: '/settings', label: 'Settings' }}
    >
      {look.isPending && <Waiting />}
      {look.error && <ProblemAlert problem={look.error.problem} onRetry={() => void look.refetch()} />}
      {look.data && <WorkspaceSheet look={look.data} onAgain={() => void look.refetch()} />}
    </Page>
  )
}
