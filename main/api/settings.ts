import type { NounDoor } from '../dispatch.ts'
import { userSettingsShape } from '../store/shapes.ts'
import type { Core } from './core.ts'
import { nothing } from './inputs.ts'

/** The user's own settings. */
export function settingsApi({ store, emit }: Core): NounDoor<'settings'> {
  return {
    'settings.get': { check: nothing, handle: () => store.settings.get() },
    'settings.save': {
      check: userSettingsShape,
      handle: (settings) => {
        store.settings.save(settings)
        emit('data.changed', { noun: 'settings' })
        return settings
      },
    },
  }
}
