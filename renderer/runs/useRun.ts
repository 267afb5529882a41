import { useCall, useEvent } from '../bridge.ts'

/** A run as it is now. Also asks again after the host was lost for a while, when its end may have gone unheard. */
export function useRun(id: string) {
  const run = useCall('runs.get', { id })
  useEvent('data.changed', () => void run.refetch())
  return run
}
