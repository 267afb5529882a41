import type { UpdateState } from '../../preload/api.ts'
import { ago } from '../shared/format.ts'

/** One sentence about newer versions. */
export function updatesText({ status, version, checkedAt }: UpdateState): string {
  const newer = version === undefined ? 'A newer version' : `Version ${version}`
  switch (status) {
    case 'not-set-up':
      return 'Not set up in this build. Outflow asks nobody for newer versions.'
    case 'idle':
    case 'checking':
      return 'Looking for a newer version …'
    case 'current':
      return `This is the newest version${checkedAt === undefined ? '' : `, as of ${ago(checkedAt)}`}.`
    case 'downloading':
      return `${newer} is being fetched.`
    case 'ready':
      return `${newer} is ready.`
    case 'failed':
      return 'Outflow could not look for a newer version.'
  }
}
