import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Connection, DestinationObject, Field } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { typeTexts } from '../shared/format.ts'
import { Section } from '../shared/Page.tsx'
import { Waiting } from '../shared/Waiting.tsx'
import { NameList } from './NameList.tsx'
import { Unfold, Unfolds } from './Unfold.tsx'

/** What a destination takes, with the fields of each. */
export function Objects({ connection: { id, connector } }: { connection: Connection }) {
  const objects = useCall('connections.objects', { id })
  return (
    <Section
      title="What can be sent there"
      actions={
        connector === 'practice-crm' && (
          <Button component={Link} to="/practice">
            Look at its records
          </Button>
        )
      }
    >
      {objects.isPending && <Waiting />}
      {objects.error && (
        <ProblemAlert problem={objects.error.problem} onRetry={() => void objects.refetch()} connection={id} />
      )}
      {objects.data?.length === 0 && (
        <EmptyState
          title="Nothing is there yet"
          action={
            <Button component={Link} to="/syncs/new" variant="outlined">
              New sync
            </Button>
          }
        >
          What you send makes the first one.
        </EmptyState>
      )}
      {objects.data && objects.data.length > 0 && (
        <Unfolds label="What can be sent there">
          {objects.data.map((object) => (
            <Unfold key={object.id} title={object.label}>
              <Fields connection={id} object={object} />
            </Unfold>
          ))}
        </Unfolds>
      )}
    </Section>
  )
}

function Fields({ connection, object }: { connection: string; object: DestinationObject }) {
  const fields = useCall('connections.fields', { id: connection, object: object.id })
  return (
    <>
      {object.notes?.map((note) => (
        <Typography key={note} color="textSecondary" sx={{ mb: 0.5 }}>
          {note}
        </Typography>
      ))}
      {fields.isPending && <Waiting label="Loading the fields" />}
      {fields.error && <ProblemAlert problem={fields.error.problem} onRetry={() => void fields.refetch()} />}
      {fields.data &&
        (object.openFields && fields.data.length === 0 ? (
          <Typography color="textSecondary">Takes any field; you name them when you map.</Typography>
        ) : (
          <NameList items={fields.data.map(itemOf)} what="field" />
        ))}
    </>
  )
}

function itemOf({ id, label, type, required, readOnly, choices }: Field) {
  const marks = [choices ? 'one of a list' : typeTexts[type], required && 'required', readOnly && 'read only']
  return { id, name: label, type: marks.filter(Boolean).join(', ') }
}
