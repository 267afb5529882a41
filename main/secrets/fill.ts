import type { Setting, Settings, SettingValues } from '../../connectors/types.ts'

type FormValues = Readonly<Record<string, string | number | boolean>>

/** Whether a setting is shown, given the other values; one that is not shown counts as absent. */
export function isShown(settings: Settings, name: string, values: FormValues): boolean {
  const setting = settings[name]
  if (!setting) return false
  if (!setting.when) return true
  const other = setting.when.setting
  return isShown(settings, other, values) && enteredOrDefault(settings[other], values[other]) === setting.when.is
}

/** Whether what a setting holds is kept in the vault rather than among the values. */
export function isSecret(setting: Setting | undefined): boolean {
  return setting?.kind === 'secret' || setting?.kind === 'sign-in'
}

/** What a connector is opened with: the form's values, the defaults of what was left empty, and the secrets. */
export function filledValues(
  settings: Settings,
  values: FormValues,
  secrets: Readonly<Record<string, string>>,
): SettingValues {
  const filled: Record<string, string | number | boolean | undefined> = {}
  for (const [name, setting] of Object.entries(settings)) {
    // Tokens are handed out one by one, see Context.access.
    if (setting.kind === 'sign-in' || !isShown(settings, name, values)) continue
    filled[name] = setting.kind === 'secret' ? secrets[name] : enteredOrDefault(setting, values[name])
  }
  // The settings decide the type of every value, and the form was checked against them when it was saved.
  return filled as SettingValues
}

function enteredOrDefault(setting: Setting | undefined, value: string | number | boolean | undefined) {
  if (value !== undefined && value !== '') return value
  return setting && 'default' in setting ? setting.default : undefined
}
