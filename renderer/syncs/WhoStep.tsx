import Button from '@mui/material/Button'
import { Link } from 'react-router'
import type { Audience } from '../../preload/api.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Choice } from './Choice.tsx'

type WhoStepProps = { audiences: Audience[]; chosen: string | undefined; onChoose: (audience: string) => void }

/** Who is sent. */
export function WhoStep({ audiences, chosen, onChoose }: WhoStepProps) {
  const add = (
    <Button component={Link} to="/audiences/new?then=sync" variant={audiences.length === 0 ? 'contained' : 'text'}>
      New audience
    </Button>
  )
  if (audiences.length === 0) {
    return (
      <EmptyState title="Make an audience first" action={add}>
        It says which rows are sent: a table or a query of a source.
      </EmptyState>
    )
  }
  const options = audiences.map((audience) => ({
    value: audience.id,
    title: audience.name,
    text: `${rowsOf(audience)}, unique id ${audience.uniqueId.join(', ')}`,
  }))
  return (
    <>
      <Choice label="Which rows are sent?" value={chosen} options={options} onChange={onChoose} />
      {add}
    </>
  )
}

function rowsOf({ query }: Audience): string {
  if (query.kind === 'sql') return 'SQL query'
  return `Table ${query.table.join('.')}${query.kind === 'visual' ? ' with conditions' : ''}`
}
