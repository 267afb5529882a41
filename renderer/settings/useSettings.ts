import { useState } from 'react'
import type { UserSettings } from '../../preload/api.ts'
import { queryClient, useAction, useCall } from '../bridge.ts'

/** The user's settings, and how one of them is changed: what is changed at the same time is kept. */
export function useSettings() {
  const settings = useCall('settings.get', {})
  const save = useAction('settings.save')
  const [last, setLast] = useState<Partial<UserSettings>>({})
  const now = (save.isPending ? save.variables : undefined) ?? settings.data
  const send = (whole: UserSettings) =>
    save.mutate(whole, { onSuccess: (saved) => queryClient.setQueryData(['settings.get', {}], saved) })
  return {
    settings: settings.data,
    saving: save.isPending,
    /** What was changed last, once it is saved. */
    saved: save.isSuccess ? last : {},
    change: (changed: Partial<UserSettings>) => {
      if (!now) return
      setLast(changed)
      send({ ...now, ...changed })
    },
    failed: settings.error ?? save.error,
    again: () => {
      if (save.isError) send(save.variables)
      else void settings.refetch()
    },
  }
}
