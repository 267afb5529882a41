import type { Door } from '../dispatch.ts'
import { appApi } from './app.ts'
import { audiencesApi } from './audiences.ts'
import { connectionsApi } from './connections.ts'
import { connectorsApi } from './connectors.ts'
import type { Core } from './core.ts'
import { exclusionsApi } from './exclusions.ts'
import { filesApi } from './files.ts'
import { historyApi } from './history.ts'
import { planDoor } from './plans.ts'
import { practiceApi } from './practice.ts'
import { runDoor } from './runs.ts'
import { sampleApi } from './sample.ts'
import { schedulesApi } from './schedules.ts'
import { settingsApi } from './settings.ts'
import { signInsApi } from './sign-ins.ts'
import { syncsApi } from './syncs.ts'
import { updatesApi } from './updates.ts'
import { workspaceApi } from './workspace.ts'

/** Every method of the contract with its check and its handler. */
export function createDoor(core: Core): Door {
  return {
    ...appApi(core),
    ...settingsApi(core),
    ...updatesApi(core),
    ...workspaceApi(core),
    ...sampleApi(core),
    ...connectorsApi(core),
    ...connectionsApi(core),
    ...signInsApi(core),
    ...audiencesApi(core),
    ...filesApi(core),
    ...syncsApi(core),
    ...schedulesApi(core),
    ...planDoor(core),
    ...historyApi(core),
    ...exclusionsApi(core),
    ...runDoor(core.runs),
    ...practiceApi(core),
  }
}
