/** What the baselines share: the shortest honest way to send rows, and to say how long it took. */
import { Pool } from 'undici'

const IN_FLIGHT = 4
export const PER_REQUEST = 1000

/** A customer's texts as the record that the app sends. `yes` is how the source writes true. */
export function change(texts: string[], yes: string): object {
  const [id, email, first_name, last_name, country, city, age, lifetime_value, consent, signed_up_at, birthday, plan] =
    texts
  return {
    op: 'add',
    key: Number(id),
    record: {
      id: Number(id),
      email,
      first_name,
      last_name,
      country,
      city,
      age: Number(age),
      lifetime_value,
      consent: consent === yes,
      signed_up_at,
      birthday,
      plan,
    },
  }
}

/** Posts batches as JSON, 4 in flight; `send` resolves when the next one may come. Nothing is stored, nothing repeated. */
export function sender(origin: string) {
  const pool = new Pool(origin, { connections: IN_FLIGHT })
  const inFlight = new Set<Promise<void>>()

  async function post(changes: object[]): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.from(JSON.stringify({ changes }))
    const answer = await pool.request({ path: '/hook', method: 'POST', headers, body })
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`)
    await answer.body.dump()
  }

  return {
    async send(changes: object[]): Promise<void> {
      const sent: Promise<void> = post(changes).finally(() => inFlight.delete(sent))
      inFlight.add(sent)
      if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight)
    },
    async end(): Promise<void> {
      await Promise.all(inFlight)
      await pool.close()
    },
  }
}

/** Runs it and prints `{"ms":…}`. */
export async function timed(work: () => Promise<void> | void): Promise<void> {
  const started = performance.now()
  await work()
  console.log(JSON.stringify({ ms: performance.now() - started }))
}
