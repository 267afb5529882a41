import { ProblemError } from '../../connectors/problems.ts'
import type { NounDoor } from '../dispatch.ts'
import type { Core } from './core.ts'
import { listed, nothing } from './inputs.ts'

const notSetUp = { status: 'not-set-up' } as const

/** Newer versions; only a host that was built with a place to ask has any. */
export function updatesApi(core: Core): NounDoor<'updates'> {
  const state = () => core.updates?.state() ?? notSetUp
  return {
    'updates.get': { check: nothing, handle: state },
    'updates.check': {
      check: nothing,
      handle: () => {
        core.updates?.check()
        return state()
      },
    },
    'updates.install': {
      check: nothing,
      handle: () => {
        if (!core.updates || state().status !== 'ready') {
          throw new ProblemError({ remedy: 'retry', message: 'No newer version is ready to be installed.' })
        }
        refuseWhileRunning(core)
        core.updates.install()
        return state()
      },
    },
  }
}

function refuseWhileRunning({ store, runs }: Core): void {
  const underWay = new Set(runs.busySyncs())
  const busy = store.syncs.list().filter(({ id }) => underWay.has(id))
  if (busy.length === 0) return
  const names = listed(busy.map(({ name }) => `“${name}”`))
  throw new ProblemError({
    remedy: 'retry',
    message: `${names} ${busy.length === 1 ? 'is' : 'are'} running. Install the new version when that is done.`,
  })
}
