import { type ComponentType, lazy } from 'react'
import { Failed } from '../bridge.ts'

/** A page whose code is fetched when it is first opened. Code that cannot be fetched is a problem for PageFault to draw. */
export function lazyPage(load: () => Promise<{ default: ComponentType }>) {
  return lazy(() =>
    load().catch((error: unknown) => {
      throw new Failed({
        remedy: 'retry',
        message: 'This page could not be opened, because Outflow does not answer. If it was closed, start it again.',
        detail: String(error),
      })
    }),
  )
}
