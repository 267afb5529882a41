import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import { type FormEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Connection, ConnectionDraft, ConnectorInfo } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { Page } from '../shared/Page.tsx'
import { ConnectionUse } from './ConnectionUse.tsx'
import { RemoveConnection } from './RemoveConnection.tsx'
import { SecretsNote } from './SecretsNote.tsx'
import { SettingInput } from './SettingInput.tsx'

/** The form is drawn from what the connector declares. Secrets go in and never come back. */
export function ConnectionForm({ product, saved }: { product: ConnectorInfo; saved: Connection | undefined }) {
  const navigate = useNavigate()
  const [draft, setDraft] = useState<ConnectionDraft>(() => draftOf(product, saved))
  const save = useAction('connections.save')
  const test = useAction('connections.test')
  const change = (next: Partial<ConnectionDraft>) => {
    setDraft({ ...draft, ...next })
    save.reset()
    test.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(draft, {
      onSuccess: ({ id }) => (saved ? undefined : void navigate(`/connections/${id}`, { replace: true })),
    })
  }
  const settings = Object.entries(product.settings).filter(([, setting]) => {
    const { when } = setting
    return !when || (draft.values[when.setting] ?? defaultOf(product, when.setting)) === when.is
  })
  return (
    <Page
      title={saved?.name ?? `New connection: ${product.name}`}
      about={saved ? `${product.name}, ${product.kind}` : product.summary}
      back={{ to: '/connections', label: 'Connections' }}
    >
      <SecretsNote />
      <Paper
        component="form"
        onSubmit={submit}
        noValidate
        sx={{ p: 2.5, mb: 3, maxWidth: 640, display: 'grid', gap: 2 }}
      >
        <TextField
          label="Name"
          required
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        {settings.map(([name, setting]) => (
          <SettingInput
            key={name}
            setting={setting}
            value={draft.values[name]}
            secret={draft.secrets[name]}
            secretSaved={saved?.savedSecrets.includes(name) ?? false}
            onValue={(value) => change({ values: withValue(draft.values, name, value) })}
            onSecret={(value) => change({ secrets: withValue(draft.secrets, name, value) })}
          />
        ))}
        {test.data && (
          <Alert severity="success" variant="outlined">
            {test.data.testedAs}
          </Alert>
        )}
        {test.error && <ProblemAlert problem={test.error.problem} onRetry={() => test.mutate(draft)} />}
        {save.error && <ProblemAlert problem={save.error.problem} />}
        {save.isSuccess && saved && (
          <Alert severity="success" variant="outlined">
            Saved.
          </Alert>
        )}
        <Box sx={{ display: 'flex', gap: 1 }}>
          <Button type="submit" variant="contained" loading={save.isPending}>
            Save
          </Button>
          <Button variant="outlined" loading={test.isPending} onClick={() => test.mutate(draft)}>
            Test
          </Button>
          <Box sx={{ flex: 1 }} />
          {saved && <RemoveConnection connection={saved} />}
        </Box>
      </Paper>
      {saved && <ConnectionUse connection={saved} />}
    </Page>
  )
}

function draftOf(product: ConnectorInfo, saved: Connection | undefined): ConnectionDraft {
  if (saved) return { id: saved.id, name: saved.name, connector: saved.connector, values: saved.values, secrets: {} }
  const defaults = Object.keys(product.settings).flatMap((name) => {
    const value = defaultOf(product, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { name: product.name, connector: product.id, values: Object.fromEntries(defaults), secrets: {} }
}

function defaultOf(product: ConnectorInfo, name: string): string | number | boolean | undefined {
  const setting = product.settings[name]
  return setting && 'default' in setting ? setting.default : undefined
}

function withValue<T>(values: Record<string, T>, name: string, value: T | undefined): Record<string, T> {
  const { [name]: _, ...others } = values
  return value === undefined ? others : { ...others, [name]: value }
}
