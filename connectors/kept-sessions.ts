import type { KeptSessions, SessionPlace } from './types.ts'

/**
 * Keeps sessions in memory, for all who are handed this one. A session is never brought to another place while somebody uses
 * it, nor to one that leaves a part open which it has set already.
 */
export function createKeptSessions(): KeptSessions {
  const kept = new Map<string, { session: string; place: SessionPlace; users: number }[]>()
  const of = (name: string) => kept.get(name) ?? []
  const at = (name: string, place: SessionPlace) =>
    of(name).find((one) => JSON.stringify(one.place) === JSON.stringify(place))
  return {
    async take(name, place) {
      const found = at(name, place) ?? of(name).find((one) => one.users === 0 && covers(place, one.place))
      if (!found) return undefined
      found.place = place
      found.users++
      return found.session
    },
    keep(name, place, session) {
      kept.set(name, [...of(name), { session, place, users: 1 }])
    },
    leave(name, place, session) {
      const found = at(name, place)
      if (!found) return
      found.users = Math.max(0, found.users - 1)
      if (session !== undefined) found.session = session
      else
        kept.set(
          name,
          of(name).filter((one) => one !== found),
        )
    },
  }
}

/** Whether whoever asks for `place` sets every part that is set in `other`. */
const covers = (place: SessionPlace, other: SessionPlace) =>
  Object.keys(other).every((part) => place[part] !== undefined)
