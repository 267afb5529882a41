import { ProblemError } from '../../connectors/problems.ts'
import type { Setting, Settings } from '../../connectors/types.ts'
import type { ConnectionDraft } from '../../preload/api.ts'
import { isSecret, isShown } from '../secrets/fill.ts'

type FormValues = ConnectionDraft['values']

/**
 * The values of a form as they are kept: only what is shown, of the declared kind, within its limits; those `later` may be
 * missing. Throws a ProblemError that names the setting by its label.
 */
export function checkedValues(settings: Settings, values: FormValues, later: readonly string[] = []): FormValues {
  for (const name of Object.keys(values)) {
    const setting = settings[name]
    if (!setting) throw refused(`This product has no setting “${name}”.`)
    // A secret among the values would be kept in plain text and sent back to the screen.
    if (isSecret(setting)) throw refused(`${setting.label} is secret and cannot be saved as a plain value.`)
  }
  const kept: FormValues = {}
  for (const [name, setting] of Object.entries(settings)) {
    if (isSecret(setting) || !isShown(settings, name, values)) continue
    const value = values[name]
    if (value === undefined || value === '') {
      if (isRequired(setting) && !later.includes(name)) throw refused(`${setting.label} is missing.`)
      continue
    }
    kept[name] = checkedValue(setting, value)
  }
  return kept
}

/**
 * Checks the secrets of a form: `changed` names those that it brings, `secrets` holds all as they will be. Throws a
 * ProblemError that names the setting by its label.
 */
export function checkSecrets(
  settings: Settings,
  values: FormValues,
  changed: readonly string[],
  there: readonly string[],
): void {
  for (const name of changed) {
    if (!isSecret(settings[name])) throw refused(`This product has no secret setting “${name}”.`)
  }
  const missing = missingSecret(settings, values, there)
  if (missing !== undefined) throw refused(`${missing} is missing.`)
}

/** The label of the first secret that is not there although it is required, or was saved once and is lost. */
export function missingSecret(
  settings: Settings,
  values: FormValues,
  there: readonly string[],
  lost: readonly string[] = [],
): string | undefined {
  for (const [name, setting] of Object.entries(settings)) {
    if (!isSecret(setting) || there.includes(name) || !isShown(settings, name, values)) continue
    if (!setting.optional || lost.includes(name)) return setting.label
  }
  return undefined
}

function isRequired(setting: Setting): boolean {
  return !setting.optional && setting.kind !== 'switch' && !('default' in setting && setting.default !== undefined)
}

function checkedValue(setting: Setting, value: string | number | boolean): string | number | boolean {
  switch (setting.kind) {
    case 'switch':
      if (typeof value !== 'boolean') throw refused(`${setting.label} must be on or off.`)
      return value
    case 'number':
      return checkedNumber(setting, value)
    case 'choice':
      if (!setting.choices.some((choice) => choice.value === value)) {
        throw refused(`${setting.label} must be one of: ${setting.choices.map((choice) => choice.label).join(', ')}.`)
      }
      return value
    default:
      if (typeof value !== 'string') throw refused(`${setting.label} must be text.`)
      if (setting.kind === 'text' && /[\r\n]/.test(value)) throw refused(`${setting.label} must be a single line.`)
      return value
  }
}

function checkedNumber(setting: Extract<Setting, { kind: 'number' }>, value: string | number | boolean): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(`${setting.label} must be a number.`)
  if (setting.min !== undefined && value < setting.min)
    throw refused(`${setting.label} must be at least ${setting.min}.`)
  if (setting.max !== undefined && value > setting.max)
    throw refused(`${setting.label} must be at most ${setting.max}.`)
  return value
}

function refused(message: string): ProblemError {
  return new ProblemError({ remedy: 'reconnect', message })
}
