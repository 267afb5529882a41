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
      await notes.attribute(1, 2, () =>
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
        }),
      )
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
