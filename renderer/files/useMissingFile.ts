import { useState } from 'react'
import type { Problem } from '../../preload/api.ts'
import { useCall } from '../bridge.ts'

/**
 * The connection of a sync's file, when this problem is about the file: a plan may also have failed because the destination
 * wants a new sign-in. Undefined until that is known; stays when the file was found again.
 */
export function useMissingFile(sync: string, problem: Problem | undefined): string | undefined {
  const asked = problem?.remedy === 'reconnect'
  const audience = useCall('syncs.get', { id: sync }, { enabled: asked }).data?.audience
  const source = useCall('audiences.get', { id: audience ?? '' }, { enabled: audience !== undefined }).data?.connection
  const connection = useCall('connections.get', { id: source ?? '' }, { enabled: source !== undefined }).data
  const isFile = asked && connection?.connector === 'file'
  const tables = useCall('connections.tables', { id: source ?? '' }, { enabled: isFile })
  const [missing, setMissing] = useState<string>()
  if (isFile && tables.error?.problem.remedy === 'reconnect' && missing === undefined) setMissing(connection.id)
  return missing
}
