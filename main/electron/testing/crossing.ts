import { types } from 'node:util'

/** What arrives in another process: a copy, never the thing itself. Throws DataCloneError for what cannot be copied. */
export function toOtherProcess<T>(values: T): T {
  return structuredClone(values)
}

/**
 * What contextBridge lets through between the preload's world and the page's: functions as proxies, promises as promises,
 * files as they are (electronjs.org/docs/latest/api/web-utils), everything else as a frozen copy
 * (electronjs.org/docs/latest/api/context-bridge).
 */
export function toOtherWorld(value: unknown): unknown {
  if (typeof value === 'function') {
    return (...args: unknown[]) => toOtherWorld(Reflect.apply(value, undefined, args.map(toOtherWorld)))
  }
  if (types.isPromise(value)) {
    return value.then(toOtherWorld, (error: unknown) => {
      throw new Error(error instanceof Error ? error.message : String(error))
    })
  }
  if (value instanceof File) return value
  if (Array.isArray(value)) return Object.freeze(value.map(toOtherWorld))
  if (typeof value === 'object' && value !== null && !types.isDate(value)) {
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toOtherWorld(inner)])))
  }
  return structuredClone(value)
}
