import { ProblemError } from '../../connectors/problems.ts'
import type { Access, Connector, HttpClient, Settings } from '../../connectors/types.ts'
import type { ConnectionDraft, SignInState } from '../../preload/api.ts'
import { filledValues } from '../secrets/fill.ts'
import { keychainLocked } from '../secrets/locked.ts'
import type { Vault } from '../secrets/vault.ts'
import type { Store } from '../store/store.ts'
import type { Asking } from './provider.ts'
import { createRenewal, type Place } from './renewal.ts'
import { createSignIns, type SignIns, type SignInsContext } from './sign-ins.ts'
import { type Party, sealable, tokensIn } from './tokens.ts'

type FormValues = ConnectionDraft['values']

export type AccessContext = SignInsContext & {
  store: Pick<Store, 'connections' | 'transaction'>
  vault: Vault
  /** The app's way out, for one piece of work. */
  withHttp: <T>(work: (http: HttpClient) => Promise<T>) => Promise<T>
  now: () => Date
  /** The product has ended the sign-in of this connection. */
  onRefused: (connection: string) => void
}

/** Answers what a connector may use right now; see `Context.access`. */
export type AskAccess = (refused?: Access) => Promise<Access>

export type AccessDesk = {
  signIns: SignIns
  /** Starts a sign-in for what is in a form. */
  start(connector: Connector, values: FormValues): Promise<SignInState>
  /** For a saved connection; undefined where its product has no sign-in. */
  ofConnection(connector: Connector, connection: string): AskAccess | undefined
  /** For a form: with the sign-in that it brings, otherwise the saved connection's. */
  ofForm(connector: Connector, values: FormValues, form: FormAccess): AskAccess | undefined
  /** The secret that a finished sign-in stands for. Throws ProblemError `reconnect` when it is not there. */
  secretOf(signIn: string): string
}

export type FormAccess = { connection: string | undefined; signIn: string | undefined }

/** The setting that is a sign-in. */
export function signInSetting(settings: Settings): string | undefined {
  return Object.entries(settings).find(([, { kind }]) => kind === 'sign-in')?.[0]
}

/** Everything that may use tokens goes through here: they live in the vault (or, before a form is saved, in memory). */
export function createAccess(context: AccessContext): AccessDesk {
  const { store, vault, withHttp, now } = context
  const signIns = createSignIns(context)
  const giveAccess = createRenewal()

  const asking = (connector: Connector, http: HttpClient): Asking => ({
    product: connector.name,
    http,
    now,
    keeps: connector.signIn?.keeps ?? [],
  })

  function savedPlace(connection: string, field: string): Place {
    const read = async () => {
      const { secrets, locked } = await vault.read(connection)
      if (locked.includes(field)) throw keychainLocked(store.connections.get(connection).name)
      return tokensIn(secrets[field])
    }
    return {
      key: `connection ${connection}`,
      read,
      async save(tokens) {
        const commit = await vault.prepare(connection, { [field]: sealable(tokens) })
        const there = await read()
        return store.transaction(() => {
          if (there?.grant !== tokens.grant || !store.connections.find(connection)) return false
          commit()
          return true
        })
      },
      onRefused: () => context.onRefused(connection),
    }
  }

  function unsavedPlace(signIn: string): Place {
    return {
      key: `sign-in ${signIn}`,
      read: async () => signIns.tokens(signIn),
      async save(tokens) {
        signIns.renewed(signIn, tokens)
        return true
      },
      onRefused: () => undefined,
    }
  }

  const ask =
    (connector: Connector, place: Place, party: () => Party): AskAccess =>
    (refused) =>
      withHttp(async (http) => giveAccess(place, party(), asking(connector, http), refused))

  return {
    signIns,
    start: async (connector, values) => {
      const { signIn } = connector
      if (!signIn) throw new ProblemError({ remedy: 'report', message: `${connector.name} has no sign-in page.` })
      const { scopes, redirect } = signIn
      const http: HttpClient = (request) => withHttp((client) => client(request))
      return signIns.start({ party: partyOf(connector, values), scopes, redirect, asking: asking(connector, http) })
    },
    ofConnection(connector, connection) {
      const field = signInSetting(connector.settings)
      if (field === undefined) return undefined
      return ask(connector, savedPlace(connection, field), () =>
        partyOf(connector, store.connections.get(connection).values),
      )
    },
    ofForm(connector, values, { connection, signIn }) {
      const field = signInSetting(connector.settings)
      if (field === undefined) return undefined
      const place =
        signIn !== undefined
          ? unsavedPlace(signIn)
          : connection === undefined
            ? undefined
            : savedPlace(connection, field)
      return place && ask(connector, place, () => partyOf(connector, values))
    },
    secretOf: (signIn) => sealable(signIns.tokens(signIn)),
  }
}

function partyOf({ signIn, settings, name }: Connector, values: FormValues): Party {
  if (!signIn) throw new ProblemError({ remedy: 'report', message: `${name} has no sign-in page.` })
  const filled = filledValues(settings, values, {})
  return { ...signIn.server(filled), clientId: signIn.clientId(filled) }
}
