import { Cron } from 'croner'
import { ProblemError } from '../../connectors/problems.ts'

/** The five fields of a cron expression: minute, hour, day of the month, month, day of the week. */
const FIELDS = 5

const shortcut = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i

/**
 * The times of a cron expression in a zone. A time of the day that the clocks skip comes right after the gap and one that
 * they repeat comes once, unless the hour or minute is a step or any: then it counts what really passes. Throws ProblemError
 * `edit-sync` for an expression that is none.
 */
export function cronTimes(expression: string, timeZone: string): Cron {
  const text = expression.trim()
  const fields = text.split(/\s+/).length
  if (!shortcut.test(text) && fields !== FIELDS) {
    throw wrong(
      text === ''
        ? 'Write a cron expression, such as 0 7 * * 1-5 for 07:00 on weekdays.'
        : `A cron expression has five parts: minute, hour, day of the month, month, day of the week. This one has ${fields}.`,
    )
  }
  try {
    return patternOf(text, timeZone)
  } catch (error) {
    throw wrong(sentenceOf(error), error)
  }
}

/** The patterns that were asked for last: reading one costs more than finding its next time. */
const patterns = new Map<string, Cron>()
const MOST_PATTERNS = 1_000

/** Five fields as they are; throws what croner throws. */
export function patternOf(pattern: string, timeZone: string): Cron {
  const key = `${timeZone} ${pattern}`
  const known = patterns.get(key)
  if (known) return known
  const times = new Cron(pattern, { timezone: timeZone, paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard' })
  if (patterns.size >= MOST_PATTERNS) patterns.clear()
  patterns.set(key, times)
  return times
}

/** Whether it names times of the day, rather than steps or every hour or minute. Throws as `cronTimes` does. */
export function namesTimes(expression: string): boolean {
  cronTimes(expression, 'UTC')
  const [minute = '*', hour = '*'] = expression.trim().split(/\s+/)
  if (minute.startsWith('@')) return minute.toLowerCase() !== '@hourly'
  return !/[*/?]/.test(`${minute}${hour}`)
}

/**
 * A cron expression in words: "At 07:00, Monday through Friday". Throws ProblemError `edit-sync` for one that is none, that
 * cannot be said in words, or that never comes.
 */
export async function explainCron(expression: string, timeZone: string): Promise<string> {
  const times = cronTimes(expression, timeZone)
  if (times.nextRun() === null) {
    throw wrong('This never comes: no month has such a day. Choose another day or month.')
  }
  const { toString: say } = await import('cronstrue').then((module) => module.default)
  try {
    const words = say(expression.trim(), { use24HourTimeFormat: true })
    return eitherDay(expression) ? words.replace(/, and (on|only on) /, ', or on ') : words
  } catch (error) {
    throw wrong(
      'Outflow cannot say this expression in words, so it does not run it. Use numbers, names, , - * / only.',
      error,
    )
  }
}

/** Where both days are given, cron runs on the one and on the other. */
function eitherDay(expression: string): boolean {
  const [, , day = '*', , weekday = '*'] = expression.trim().split(/\s+/)
  return day !== '*' && weekday !== '*'
}

function wrong(message: string, cause?: unknown): ProblemError {
  const detail = cause === undefined ? {} : { detail: String(cause) }
  return new ProblemError({ remedy: 'edit-sync', message, ...detail }, { cause })
}

/** The library names the part; the rest of its sentence is for programmers. */
function sentenceOf(error: unknown): string {
  const part = /for (minute|hour|day|month|dayOfWeek)\b/.exec(String(error))?.[1]
  const names: Record<string, string> = {
    minute: 'The minute is a number from 0 to 59',
    hour: 'The hour is a number from 0 to 23',
    day: 'The day of the month is a number from 1 to 31',
    month: 'The month is a number from 1 to 12, or a name such as JAN',
    dayOfWeek: 'The day of the week is a number from 0 (Sunday) to 6, or a name such as MON',
  }
  const what = part === undefined ? undefined : names[part]
  if (what) return `${what}; lists (1,5), ranges (1-5), steps (*/2) and * fit, too.`
  return 'This is no cron expression. An example: 0 7 * * 1-5 is 07:00 on weekdays.'
}
