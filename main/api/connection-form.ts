import { createHash, randomUUID } from 'node:crypto'
import { ProblemError, toProblem } from '../../connectors/problems.ts'
import type { Connector, Settings, Suggestion } from '../../connectors/types.ts'
import type { ConnectionDraft } from '../../preload/api.ts'
import { isShown } from '../secrets/fill.ts'
import { keychainLocked } from '../secrets/locked.ts'
import { signInSetting } from '../sign-in/access.ts'
import { tokensIn } from '../sign-in/tokens.ts'
import type { StoredConnection } from '../store/connections.ts'
import { checkedValues, checkSecrets } from './check-form.ts'
import type { Core } from './core.ts'
import { givenName } from './inputs.ts'
import { connectorOf, noteStatus, suggestInForm, testForm } from './sessions.ts'

/** A form whose values and secrets passed their checks. */
type CheckedForm = {
  connector: Connector
  values: ConnectionDraft['values']
  /** What is to change; an emptied secret is forgotten. */
  changes: Record<string, string | null>
  /** All secrets as they will be, by field. */
  secrets: Record<string, string>
  /** Fields whose secret stays as it is saved, and cannot be opened before the keychain answers. */
  locked: string[]
  /** The finished sign-in that it brings. */
  signIn: string | undefined
}

type Test = Pick<StoredConnection, 'status' | 'testedAs' | 'testedAt'>

/** How many successful tests of forms are remembered. */
const REMEMBERED = 50

/** Saves and tests what is in a connection's form. A form that was tested and then saved as it is counts as tested. */
export function connectionForms(core: Core) {
  const { store, vault } = core
  const tests = new Map<string, Test>()

  async function check(input: ConnectionDraft): Promise<CheckedForm> {
    const connector = await connectorOf(core, input.connector)
    const before = input.id === undefined ? undefined : store.connections.get(input.id)
    if (before && before.connector !== connector.id) {
      throw new ProblemError({
        remedy: 'reconnect',
        message: `“${before.name}” belongs to another product. Make a new connection for ${connector.name}.`,
      })
    }
    const given = Object.fromEntries(Object.entries(input.secrets).map(([name, secret]) => [name, secret || null]))
    const signIn = resolveSignIn(connector.settings, given)
    const saved = before ? await vault.read(before.id) : { secrets: {}, lost: [], locked: [] }
    const changes = { ...(await forgotten(saved.lost)), ...given }
    const secrets: Record<string, string> = { ...saved.secrets }
    for (const [name, secret] of Object.entries(changes)) {
      if (secret === null) delete secrets[name]
      else secrets[name] = secret
    }
    const values = checkedValues(connector.settings, input.values)
    const locked = saved.locked.filter((name) => !(name in changes))
    checkSecrets(connector.settings, values, Object.keys(given), [...Object.keys(secrets), ...locked])
    return { connector, values, changes, secrets, locked, signIn }
  }

  /** A form brings the id of a sign-in; what is kept are its tokens. */
  function resolveSignIn(settings: Settings, given: Record<string, string | null>): string | undefined {
    const field = signInSetting(settings)
    const signIn = field === undefined ? undefined : given[field]
    if (field === undefined || typeof signIn !== 'string') return undefined
    given[field] = core.access.secretOf(signIn)
    return signIn
  }

  /** The same for what is to be opened now. */
  async function checkOpen(input: ConnectionDraft): Promise<CheckedForm> {
    const form = await check(input)
    if (form.locked.some((name) => isShown(form.connector.settings, name, form.values)))
      throw keychainLocked(input.name || form.connector.name)
    return form
  }

  /** A lost secret was not in the form that is saved now. Without a keychain it may come back, so it is left alone. */
  async function forgotten(lost: string[]): Promise<Record<string, null>> {
    if (lost.length === 0 || (await vault.keeping()).kept === 'session') return {}
    return Object.fromEntries(lost.map((field) => [field, null]))
  }

  /** What is known of a form: an earlier test of the very same, or what the saved connection says of itself. */
  async function testOf(id: string | undefined, form: CheckedForm): Promise<Test> {
    const known = tests.get(fingerprint(form.connector, form.values, form.secrets))
    if (known) return known
    const saved = id === undefined ? undefined : store.connections.find(id)
    if (!saved || !(await isSaved(saved, form))) return { status: 'not-tested' }
    const { status, testedAs, testedAt } = saved
    return { status, ...(testedAs !== undefined && { testedAs }), ...(testedAt !== undefined && { testedAt }) }
  }

  async function isSaved(saved: StoredConnection, form: CheckedForm): Promise<boolean> {
    const print = fingerprint(form.connector, saved.values, (await vault.read(saved.id)).secrets)
    return print === fingerprint(form.connector, form.values, form.secrets)
  }

  return {
    /** Throws a ProblemError that names what is wrong; then nothing is saved. */
    async save(input: ConnectionDraft): Promise<StoredConnection> {
      const name = givenName(input.name, 'connection')
      const form = await check(input)
      const id = input.id ?? randomUUID()
      const tested = await testOf(input.id, form)
      const keepSecrets = await vault.prepare(id, form.changes)
      const saved = store.transaction(() => {
        // Looked at again: it may have been removed while the keychain was asked.
        const before = input.id === undefined ? undefined : store.connections.get(input.id)
        const { id: connector, kind } = form.connector
        const connection = {
          id,
          name,
          connector,
          kind,
          values: form.values,
          sample: before?.sample ?? false,
          ...tested,
        }
        store.connections.put(connection, core.now().toISOString())
        keepSecrets()
        return connection
      })
      if (form.signIn !== undefined) core.access.signIns.forget(form.signIn)
      return saved
    },

    /** Opens what is in the form. Answers with the product's own sentence. */
    async test(input: ConnectionDraft, signal: AbortSignal): Promise<string> {
      const form = await checkOpen(input)
      const access = { connection: input.id, signIn: form.signIn }
      const saved = input.id === undefined ? undefined : store.connections.find(input.id)
      const testedAs = await testForm(core, form.connector, form.values, form.secrets, access, signal).catch(
        async (error: unknown) => {
          const closed = toProblem(error).remedy === 'reconnect' && saved !== undefined && (await isSaved(saved, form))
          if (closed) noteStatus(core, saved.id, 'needs-sign-in')
          throw error
        },
      )
      const testedAt = core.now().toISOString()
      const test = { status: 'ok' as const, testedAs, testedAt }
      tests.set(fingerprint(form.connector, form.values, form.secrets), test)
      const [oldest] = tests.keys()
      if (tests.size > REMEMBERED && oldest !== undefined) tests.delete(oldest)
      // Looked at again: it may have been changed or removed meanwhile.
      const now = input.id === undefined ? undefined : store.connections.find(input.id)
      if (now && (await isSaved(now, form))) {
        store.connections.put({ ...now, ...test }, testedAt)
        core.emit('data.changed', { noun: 'connections' })
      }
      return testedAs
    },

    /** What may stand in a setting, as the product says that this form reaches. */
    async suggest(input: ConnectionDraft, setting: string, signal: AbortSignal): Promise<Suggestion[]> {
      const form = await checkOpen(input)
      return suggestInForm(core, form.connector, form.values, form.secrets, setting, signal)
    },
  }
}

function fingerprint(
  { id, settings }: Connector,
  values: ConnectionDraft['values'],
  secrets: Record<string, string>,
): string {
  const field = signInSetting(settings)
  // Tokens are renewed meanwhile; it is the same sign-in.
  const grant = field === undefined ? undefined : tokensIn(secrets[field])?.grant
  const kept = field === undefined || grant === undefined ? secrets : { ...secrets, [field]: grant }
  const sorted = (fields: object) => Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([id, sorted(values), sorted(kept)]))
    .digest('hex')
}
