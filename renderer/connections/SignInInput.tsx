import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import CircularProgress from '@mui/material/CircularProgress'
import FormHelperText from '@mui/material/FormHelperText'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useEffect, useId, useState } from 'react'
import type { ConnectionDraft, ConnectorInfo, Setting, SignInState } from '../../preload/api.ts'
import { call, useAction, useEvent } from '../bridge.ts'
import { ProblemAlert } from '../ProblemAlert.tsx'
import { CopyButton } from '../shared/CopyButton.tsx'

type SignInInputProps = {
  product: ConnectorInfo
  setting: Setting
  error: string | undefined
  draft: ConnectionDraft
  /** The finished sign-in that the form brings. */
  signIn: string | null | undefined
  saved: boolean
  /** Runs only when the other lines of the form are right; otherwise they say what is wrong. */
  whenRight: (act: () => void) => void
  onSignIn: (id: string | undefined) => void
}

/** Signs in on the product's own page in the browser. The tokens stay in the core; the form gets the sign-in's id. */
export function SignInInput(props: SignInInputProps) {
  const { setting, error, signIn, saved, whenRight, onSignIn } = props
  const { name: product, callbackUrls } = props.product
  const { state, problem, begin, cancel } = useSignIn(props)
  const about = useId()
  const waiting = state?.status === 'waiting'
  const signedIn = typeof signIn === 'string' || (saved && signIn === undefined)
  const press = () => {
    if (waiting) return cancel()
    whenRight(() => {
      onSignIn(undefined)
      begin()
    })
  }
  const label = waiting ? 'Cancel' : signedIn ? 'Sign in again' : `Sign in with ${product}`
  return (
    <Box role="group" aria-label={setting.label} sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Button
          variant={signedIn || waiting ? 'outlined' : 'contained'}
          onClick={press}
          aria-invalid={error !== undefined}
          aria-describedby={about}
        >
          {label}
        </Button>
        {waiting && <CircularProgress size={16} aria-hidden />}
        <Typography variant="body2" role="status">
          {waiting
            ? `Waiting for you in the browser: sign in to ${product} there and allow Outflow.`
            : signedIn
              ? `Signed in to ${product}.`
              : ''}
        </Typography>
      </Box>
      {waiting && state.url && (
        <Typography variant="body2" color="textSecondary">
          No page has opened?{' '}
          <Link href={state.url} target="_blank" rel="noopener noreferrer">
            Open the sign-in page
          </Link>
        </Typography>
      )}
      {problem && <ProblemAlert problem={problem} onRetry={press} />}
      <FormHelperText id={about} error={error !== undefined} sx={{ mx: 0, whiteSpace: 'pre-line' }}>
        {error ?? setting.help}
      </FormHelperText>
      {callbackUrls && <CallbackUrls urls={callbackUrls} />}
    </Box>
  )
}

/** What an administrator has to register, to be copied as a whole. */
function CallbackUrls({ urls }: { urls: string[] }) {
  const text = urls.join('\n')
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
      <Box component="pre" sx={{ m: 0, fontSize: 12, minWidth: 0, overflowX: 'auto' }}>
        {text}
      </Box>
      <CopyButton text={text} name="Callback URLs" />
    </Box>
  )
}

/** One sign-in from the click to its end; leaving the form gives it up. */
function useSignIn({ draft, onSignIn }: SignInInputProps) {
  const start = useAction('signIns.start')
  const [state, setState] = useState<SignInState>()
  useEvent('signIn.changed', (changed) => {
    if (changed.id !== state?.id) return
    setState(changed)
    if (changed.status === 'done') onSignIn(changed.id)
  })
  const waitingFor = state?.status === 'waiting' ? state.id : undefined
  useEffect(() => {
    if (waitingFor === undefined) return
    return () => void call('signIns.cancel', { id: waitingFor }).catch(() => undefined)
  }, [waitingFor])
  const { connector, values } = draft
  return {
    state,
    problem: start.error?.problem ?? state?.problem,
    begin: () =>
      start.mutate(
        { connector, values },
        {
          onSuccess(begun) {
            setState(begun)
            if (begun.url) window.open(begun.url, '_blank', 'noopener,noreferrer')
          },
        },
      ),
    cancel: () => setState(undefined),
  }
}
