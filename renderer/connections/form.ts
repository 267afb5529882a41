import type { Connection, ConnectionDraft, ConnectorInfo, Setting, Settings } from '../../preload/api.ts'

type Values = ConnectionDraft['values']

/** What is wrong with a form, at the input that it is about. */
export type FormErrors = { name?: string; settings: Record<string, string> }

/** The form of a saved connection, or an empty one with the product's defaults. Secrets are never in it. */
export function draftOf(product: ConnectorInfo, saved: Connection | undefined): ConnectionDraft {
  if (saved) return { id: saved.id, name: saved.name, connector: saved.connector, values: saved.values, secrets: {} }
  const defaults = Object.entries(product.settings).flatMap(([name, setting]) => {
    const value = defaultOf(setting)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { name: product.name, connector: product.id, values: Object.fromEntries(defaults), secrets: {} }
}

/** The lines that are shown, given what is filled in; a line under a hidden one is hidden too. */
export function shownSettings(settings: Settings, values: Values): [string, Setting][] {
  return Object.entries(settings).filter(([name]) => isShown(settings, name, values))
}

/** Whether a line must be filled in. What has a default need not be: left empty, the default counts. */
export function isRequired(setting: Setting): boolean {
  return !setting.optional && setting.kind !== 'switch' && defaultOf(setting) === undefined
}

/** What is missing or out of bounds. The core checks again; this only says it earlier, and in its place. */
export function errorsOf(product: ConnectorInfo, draft: ConnectionDraft, savedSecrets: readonly string[]): FormErrors {
  const settings: Record<string, string> = {}
  for (const [name, setting] of shownSettings(product.settings, draft.values)) {
    const error =
      setting.kind === 'secret' || setting.kind === 'sign-in'
        ? secretError(setting, draft.secrets[name], savedSecrets.includes(name))
        : valueError(setting, draft.values[name])
    if (error) settings[name] = error
  }
  return { ...(draft.name.trim() === '' && { name: 'Give the connection a name.' }), settings }
}

/** What is wrong beside the sign-in, which needs the others to be right first. */
export function withoutSignIn({ settings, ...errors }: FormErrors, name: string): FormErrors {
  const { [name]: _, ...others } = settings
  return { ...errors, settings: others }
}

/** Whether anything is wrong. */
export const hasErrors = ({ name, settings }: FormErrors): boolean =>
  name !== undefined || Object.keys(settings).length > 0

/** The same values with one set, or left out. */
export function withValue<T>(values: Record<string, T>, name: string, value: T | undefined): Record<string, T> {
  const { [name]: _, ...others } = values
  return value === undefined ? others : { ...others, [name]: value }
}

function isShown(settings: Settings, name: string, values: Values): boolean {
  const { when } = settings[name] ?? {}
  if (!when) return true
  const other = settings[when.setting]
  return isShown(settings, when.setting, values) && (values[when.setting] ?? (other && defaultOf(other))) === when.is
}

function defaultOf(setting: Setting): string | number | boolean | undefined {
  return 'default' in setting ? setting.default : undefined
}

function secretError(setting: Setting, secret: string | null | undefined, saved: boolean): string | undefined {
  const there = secret === undefined ? saved : secret !== null
  if (there || !isRequired(setting)) return undefined
  return setting.kind === 'sign-in' ? 'Sign in first.' : `${setting.label} is missing.`
}

function valueError(setting: Setting, value: Values[string] | undefined): string | undefined {
  if (value === undefined || value === '') return isRequired(setting) ? `${setting.label} is missing.` : undefined
  if (setting.kind !== 'number' || typeof value !== 'number') return undefined
  const { min, max } = setting
  if (min !== undefined && value < min) return `${setting.label} must be at least ${min}.`
  return max !== undefined && value > max ? `${setting.label} must be at most ${max}.` : undefined
}
