/** The switch "Rehearsal" of a product that has a double: the same connector, but what it talks to is inside Outflow. */
import type { Access, Destination, Rehearsal, Setting, Settings, SettingValues } from '../types.ts'
import { type Double, openDouble } from './double.ts'

/** The name of the setting. */
export const rehearsalSetting = 'rehearsal'

export type RehearsalOptions = {
  /** Loaded when somebody rehearses, not before. */
  double: () => Promise<Double>
  /** What the double takes where a person enters keys. None of it is secret. */
  values: SettingValues
  /** The same for a product with a sign-in. */
  access?: Access
}

/**
 * A destination with a switch of its own at the end of its form. While it is on, nothing else is asked, no key is used, and
 * the app hands in the double's HTTP client instead of the way out to the network.
 */
export function rehearsable<const S extends Settings>(
  definition: Destination<S>,
  options: RehearsalOptions,
): Destination<S> {
  const { name } = definition
  const settings: Record<string, Setting> = {}
  for (const [id, setting] of Object.entries(definition.settings)) {
    // A setting that depends on another one is hidden together with it.
    settings[id] = setting.when ? setting : { ...setting, when: { setting: rehearsalSetting, is: false } }
  }
  settings[rehearsalSetting] = {
    kind: 'switch',
    label: 'Rehearsal: nothing leaves this computer',
    default: false,
    help: `Try everything with a practice ${name} inside Outflow, without an account and without a network. It starts empty and keeps what you push. Its runs are marked and never counted as real ones.`,
  }
  const rehearsal: Rehearsal = {
    values: options.values,
    ...(options.access && { access: options.access }),
    async open(file, signal) {
      const { http, close } = openDouble(await options.double(), file, { signal })
      return { http, close }
    },
  }
  // The form has one setting more than the definition; the connector never sees it.
  return { ...definition, settings: settings as S, rehearsal }
}
