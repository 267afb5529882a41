import { expect, test } from 'vitest'
import { toProblem } from '../../connectors/problems.ts'
import type { Schedule } from '../../preload/api.ts'
import { cronTimes, explainCron, namesTimes } from './cron.ts'
import { nextTimes } from './due.ts'

const explain = (expression: string) => explainCron(expression, 'Europe/Berlin')
const refusal = (expression: string) =>
  explain(expression).then(
    (words) => `accepted: ${words}`,
    (error: unknown) => toProblem(error).message,
  )
const cron = (expression: string): Schedule => ({ kind: 'cron', expression })
const next = (expression: string, after: string, count: number, zone = 'Europe/Berlin') =>
  nextTimes(cron(expression), new Date(after), zone, count).map((at) => at.toISOString().slice(0, 16))

test.each([
  ['0 7 * * 1-5', 'At 07:00, Monday through Friday'],
  ['*/15 8-17 * * MON-FRI', 'Every 15 minutes, between 08:00 and 17:59, Monday through Friday'],
  [' 30 9 1 * * ', 'At 09:30, on day 1 of the month'],
  ['0 9 L * *', 'At 09:00, on the last day of the month'],
  ['@daily', 'At 00:00'],
])('%s is said as “%s”', async (expression, words) => {
  expect(await explain(expression)).toBe(words)
})

test('where a day of the month and a day of the week are given, either of them counts, and is said so', async () => {
  expect(await explain('0 9 13 * 5')).toBe('At 09:00, on day 13 of the month, or on Friday')
  expect(next('0 9 13 * 5', '2026-02-28T00:00:00Z', 3)).toEqual([
    '2026-03-06T08:00',
    '2026-03-13T08:00',
    '2026-03-20T08:00',
  ])
})

test.each([
  ['0 0 30 2 *', /^This never comes/],
  ['0 9 31 4,6,9,11 *', /^This never comes/],
  ['61 * * * *', /^The minute is a number from 0 to 59/],
  ['0 24 * * *', /^The hour is a number from 0 to 23/],
  ['0 9 * 13 *', /^The month is a number/],
  ['0 9 * * 9', /^The day of the week is/],
  ['* * *', /five parts.*This one has 3\.$/],
  ['0 0 9 * * *', /five parts.*This one has 6\.$/],
  ['every day at nine', /five parts.*This one has 4/],
  ['', /^Write a cron expression/],
  ['hello world and good day', /^This is no cron expression/],
  ['? * * * *', /cannot say this expression in words/],
  ['5/15 * * * *', /^This is no cron expression/],
  ['@reboot', /^A cron expression has five parts/],
])('%s is refused in a sentence', async (expression, sentence) => {
  expect(await refusal(expression)).toMatch(sentence)
})

test('the 29th of February comes, in its year', async () => {
  expect(next('0 0 29 2 *', '2026-03-01T00:00:00Z', 1, 'UTC')).toEqual(['2028-02-29T00:00'])
  expect(await explain('0 0 29 2 *')).toMatch(/February/)
})

test('times of the day fire once when clocks change, steps go on as time passes', () => {
  // Berlin: 02:00 becomes 03:00 on 29 March at 01:00 UTC, 03:00 becomes 02:00 on 25 October at 01:00 UTC.
  expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30'])
  expect(next('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30'])
  expect(next('15,45 2 * * *', '2026-10-25T00:00:00Z', 3)).toEqual([
    '2026-10-25T00:15',
    '2026-10-25T00:45',
    '2026-10-26T01:15',
  ])
  expect(next('*/30 * * * *', '2026-10-25T00:00:00Z', 4)).toEqual([
    '2026-10-25T00:30',
    '2026-10-25T01:00',
    '2026-10-25T01:30',
    '2026-10-25T02:00',
  ])
})

test('what names times of the day is told from what counts hours and minutes', () => {
  expect(['0 7 * * *', '15,45 9-17 * * 1', '@daily', '@Weekly'].map(namesTimes)).toEqual([true, true, true, true])
  expect(['*/5 * * * *', '0 * * * *', '0 */2 * * *', '@hourly'].map(namesTimes)).toEqual([false, false, false, false])
})

test('a time is never the one that it is counted from', () => {
  const at = new Date('2026-03-02T06:00:00Z')
  expect(cronTimes('0 7 * * *', 'Europe/Berlin').nextRun(at)?.toISOString()).toBe('2026-03-03T06:00:00.000Z')
})
