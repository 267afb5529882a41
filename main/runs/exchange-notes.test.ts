import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ProblemError } from '../../connectors/problems.ts'
import { target, testContext, write } from '../../connectors/testing/destination.ts'
import type { Proof, Subject } from '../../connectors/testing/subjects/subject.ts'
import { subjects } from '../../connectors/testing/subjects.ts'
import type { HttpClient, HttpRequest, SettingValues, Write } from '../../connectors/types.ts'
import { exchangesFile, openExchanges, readExchanges } from '../store/exchanges.ts'
import { noteExchanges, secretsOf } from './exchange-notes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-notes-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Answers that repeat all they were sent, as debugging pages and careless gateways do. */
const repeating = ({ method, url, headers = {}, body }: HttpRequest): string =>
  JSON.stringify({ ok: false, message: `${method} ${url}`, error: url, headers, body: String(body ?? '') })

const answers = [200, 400, 401, 403, 404, 409, 429, 500] as const

/** As people paste: with blanks around, and a slash at the end of an address. */
function pasted(subject: Subject, values: SettingValues): SettingValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isSecret = subject.destination.settings[name]?.kind === 'secret' || name === 'url'
      if (!isSecret || typeof value !== 'string' || !/^https?:/.test(value)) return [name, value]
      return [name, ` ${value}/ `]
    }),
  )
}

for (const [name, start] of Object.entries(subjects)) {
  describe(name, () => {
    let subject: Subject
    beforeAll(async () => {
      subject = await start()
    }, 60_000)
    afterAll(() => subject?.stop())

    /** Everything that a person or a file gets to see of one push, if `answer` stands between. */
    async function shown(proof: Proof, answer: (http: HttpClient) => HttpClient): Promise<string> {
      await subject.renew()
      const values = pasted(subject, proof.values ?? subject.values)
      const file = exchangesFile(join(folder, 's.db'))
      const kept = openExchanges(file, 1)
      const context = testContext()
      const notes = noteExchanges(answer(context.http), kept, secretsOf(subject.destination, values), () => new Date())
      const said: unknown[] = []
      const saying = async (ask: () => Promise<unknown>): Promise<void> => {
        await ask().then(
          (answered) => said.push(answered),
          (error: unknown) => said.push(error instanceof ProblemError ? error.problem : String(error)),
        )
      }
      const { object, key, fields } = proof
      const batch: Write[] = [1, 2].map((number) => {
        const record = proof.record(number)
        return write('add', key === null ? null : (record[key] ?? null), record)
      })
      const work = () =>
        saying(async () => {
          const session = await subject.destination.open(values, { ...context, ...notes })
          await saying(() => session.test())
          await saying(() => session.listObjects())
          await saying(() => session.listFields(object))
          await saying(async () => {
            const mode = proof.modes[0] ?? 'append'
            const writer = await session.openWriter(target({ object, mode, key, fields, removal: 'nothing' }))
            await saying(() => writer.describe(batch))
            await saying(() => writer.write(batch))
            await writer.close()
          })
          await session.close()
        })
      await notes.attribute(1, 2, work, () => false)
      kept.close()
      const exchanges = readExchanges(file, 1)
      if (subject.server) expect(exchanges.length).toBeGreaterThan(0)
      return JSON.stringify([said, context.lines, exchanges])
    }

    test('shows no secret in a description, a problem, a log line or a kept request, whatever is answered', async () => {
      const secretsIn = (text: string) => subject.secrets.filter((secret) => text.includes(secret))
      for (const proof of subject.proofs) {
        expect(secretsIn(await shown(proof, (http) => http))).toEqual([])
        if (!subject.server) continue
        for (const status of answers) {
          const echo: HttpClient = async (request) => ({
            status,
            headers: { 'content-type': 'application/json', 'x-echo': request.url, ...request.headers },
            body: Buffer.from(repeating(request)),
          })
          expect(secretsIn(await shown(proof, () => echo)), `${status}`).toEqual([])
        }
        const silent: HttpClient = async ({ url }) => {
          throw new ProblemError({ remedy: 'retry', message: 'No answer.', detail: new URL(url).host })
        }
        expect(secretsIn(await shown(proof, () => silent))).toEqual([])
      }
    })
  })
}

describe('what is kept', () => {
  const answering =
    (body: string): HttpClient =>
    async () => ({ status: 200, headers: {}, body: Buffer.from(body) })
  const request = (body: string): HttpRequest => ({ method: 'POST', url: 'https://x.test/', body })
  const opened = (budgetMb: number, http: HttpClient, secrets: string[] = []) => {
    const log = openExchanges(join(folder, 's.exchanges.db'), budgetMb)
    return { log, ...noteExchanges(http, log, secrets, () => new Date()) }
  }
  const kept = (change: number, value = '') => readExchanges(join(folder, 's.exchanges.db'), change, value)

  test('beyond the share of a run: what was not accepted or failed, whatever the status of the answer', async () => {
    const { log, http, attribute, noteExchange } = opened(1, answering('207'))
    const send = (change: number, end: () => boolean) =>
      attribute(
        change,
        change,
        () => http(request(`of ${change}`)).then(end),
        (failed) => failed,
      )
    await attribute(
      1,
      1,
      () => http(request('x'.repeat(300_000))),
      () => false,
    )
    expect(log.hasRoom()).toBe(false)
    await send(2, () => false)
    await send(3, () => true)
    const broken = () => {
      throw new Error('broken')
    }
    await expect(send(4, broken)).rejects.toThrow('broken')
    await attribute(
      5,
      5,
      async () => noteExchange(() => ({ request: 'INSERT', response: 'refused' })),
      () => true,
    )
    // Work that goes on at the same time is not to blame.
    await Promise.all([send(6, () => true), send(7, () => false)])
    log.close()
    expect([1, 2, 3, 4, 5, 6, 7].map((change) => kept(change).length)).toEqual([1, 0, 1, 1, 1, 1, 0])
    expect(kept(3)[0]?.request).toContain('of 3')
  })

  test('whole and without secrets, wherever they stand', async () => {
    const secret = 'sesame-0123456789'
    const { log, http, attribute } = opened(10, answering(`${'y'.repeat(70_000)}${secret}`), [secret])
    // Around where texts were once cut.
    for (const [index, at] of [65_530, 65_500, 65_535, 131_070].entries()) {
      const body = `${'x'.repeat(at - 'POST https://x.test/\n\n'.length)}${secret} and then ${'z'.repeat(9)}`
      await attribute(
        index,
        index,
        () => http(request(body)),
        () => false,
      )
    }
    log.close()
    for (const index of [0, 1, 2, 3]) {
      const [exchange] = kept(index, 'and then zzzzzzzzz')
      expect(JSON.stringify(exchange)).not.toContain('sesame')
    }
    expect(kept(3, 'and then zzzzzzzzz')[0]?.request).toContain('••• and then zzzzzzzzz\n')
  })
})
