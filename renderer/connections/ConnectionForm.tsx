import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import type { Connection, ConnectionDraft, ConnectorInfo } from '../../preload/api.ts'
import { queryClient, useAction } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { draftOf, errorsOf, hasErrors, shownSettings, withoutSignIn, withValue } from './form.ts'
import { RemoveConnection } from './RemoveConnection.tsx'
import { SettingInput } from './SettingInput.tsx'
import { SignInInput } from './SignInInput.tsx'

/** Handed over by the form of a new connection to the page of the saved one. */
const arrivedSaved = { justSaved: true }

/** The form is drawn from what the connector declares. Secrets go in and never come back. */
export function ConnectionForm({ product, saved }: { product: ConnectorInfo; saved: Connection | undefined }) {
  const navigate = useNavigate()
  const arrival: unknown = useLocation().state
  const [draft, setDraft] = useState<ConnectionDraft>(() => draftOf(product, saved))
  const [touched, setTouched] = useState(false)
  const [saves, setSaves] = useState(0)
  const save = useAction('connections.save')
  const test = useAction('connections.test')
  const errors = errorsOf(product, draft, saved?.savedSecrets ?? [])
  const { checked, form, whenRight } = useChecked()
  const wrong = hasErrors(errors)

  const change = (next: Partial<ConnectionDraft>) => {
    setDraft({ ...draft, ...next })
    setTouched(true)
    save.reset()
    test.reset()
  }
  const showSaved = (connection: Connection) => {
    queryClient.setQueryData(['connections.get', { id: connection.id }], connection)
    if (!saved) return void navigate(`/connections/${connection.id}`, { replace: true, state: arrivedSaved })
    setDraft(draftOf(product, connection))
    setSaves(saves + 1)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    whenRight(wrong, () => save.mutate(draft, { onSuccess: showSaved }))
  }
  /** Whoever has just signed in wants to see as whom; what was saved before is saved again. */
  const arrive = (name: string, signIn: string | undefined) => {
    const secrets = withValue(draft.secrets, name, signIn)
    change({ secrets })
    if (signIn === undefined) return
    const signedIn = { ...draft, secrets }
    test.mutate(signedIn, { onSuccess: () => saved && save.mutate(signedIn, { onSuccess: showSaved }) })
  }
  const justSaved = save.isSuccess || (isArrivedSaved(arrival) && !touched)

  return (
    <Paper
      component="form"
      ref={form}
      onSubmit={submit}
      noValidate
      sx={{ p: 2.5, mb: 3, maxWidth: 640, display: 'grid', gap: 2 }}
    >
      <TextField
        label="Name"
        required
        error={checked && errors.name !== undefined}
        helperText={checked ? errors.name : undefined}
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      {shownSettings(product.settings, draft.values).map(([name, setting]) =>
        setting.kind === 'sign-in' ? (
          <SignInInput
            key={`${name} ${saves}`}
            product={product}
            setting={setting}
            error={checked ? errors.settings[name] : undefined}
            draft={draft}
            signIn={draft.secrets[name]}
            saved={(saved?.savedSecrets.includes(name) && saved.status !== 'needs-sign-in') ?? false}
            whenRight={(act) => whenRight(hasErrors(withoutSignIn(errors, name)), act)}
            onSignIn={(signIn) => arrive(name, signIn)}
          />
        ) : (
          <SettingInput
            key={`${name} ${saves}`}
            setting={setting}
            error={checked ? errors.settings[name] : undefined}
            value={draft.values[name]}
            secret={draft.secrets[name]}
            secretSaved={saved?.savedSecrets.includes(name) ?? false}
            asking={{ draft, setting: name, product: product.name }}
            onValue={(value) => change({ values: withValue(draft.values, name, value) })}
            onSecret={(value) => change({ secrets: withValue(draft.secrets, name, value) })}
          />
        ),
      )}
      {test.data && <Success>{test.data.testedAs}</Success>}
      {test.error && <ProblemAlert problem={test.error.problem} onRetry={() => test.mutate(draft)} />}
      {save.error && <ProblemAlert problem={save.error.problem} onRetry={() => save.mutate(draft)} />}
      {justSaved && <Success>Saved.</Success>}
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <Button type="submit" variant="contained" loading={save.isPending}>
          Save
        </Button>
        <Button variant="outlined" loading={test.isPending} onClick={() => whenRight(wrong, () => test.mutate(draft))}>
          Test
        </Button>
        {saved && <RemoveConnection connection={saved} />}
      </Box>
    </Paper>
  )
}

/** From the first try on, errors are shown at their lines; the keyboard goes to the first of them. */
function useChecked() {
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tries])
  const whenRight = (wrong: boolean, act: () => void) => (wrong ? setTries(tries + 1) : act())
  return { checked: tries > 0, form, whenRight }
}

const isArrivedSaved = (state: unknown) => typeof state === 'object' && state !== null && 'justSaved' in state

function Success({ children }: { children: string }) {
  return (
    <Alert severity="success" variant="outlined" role="status">
      {children}
    </Alert>
  )
}
