import { createHash } from 'node:crypto'

/** Where a sync writes: what was chosen, and the place to which the connection leads. Another text is another target. */
export function placed(chosen: string, place: string): string {
  return `${chosen} ${createHash('sha256').update(place).digest('hex').slice(0, 16)}`
}

/** Whether the same was chosen before, and the connection has been pointed elsewhere since. */
export function movedFrom(before: string | undefined, target: string): boolean {
  return before !== undefined && before !== target && before.split(' ')[0] === target.split(' ')[0]
}
