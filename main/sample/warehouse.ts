import Database from 'better-sqlite3'
import { companyWords, industries, type Place, places, subjects } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { indexes, schema } from './schema.ts'

export { winBackSql } from './schema.ts'

const SEED = 20_240_229
const DAY_MS = 86_400_000

/** How much of everything there is. */
export const sizes = {
  companies: 800,
  customers: 5_000,
  orders: 40_000,
  tickets: 6_000,
  usageCustomers: 1_000,
  usageDays: 20,
}

/** What is wrong on purpose: every so many customers. `fault` makes the address of a customer. */
const faults: { every: number; offset: number; fault: (email: string, previous: string) => string | null }[] = [
  { every: 250, offset: 17, fault: (email) => email.replace('@', ' at ') },
  { every: 250, offset: 61, fault: (email) => email.replace('.', '..') },
  { every: 250, offset: 103, fault: (email) => email.replace(/@.*/, '@localhost') },
  { every: 500, offset: 149, fault: () => 'n/a' },
  { every: 250, offset: 187, fault: () => null },
  { every: 250, offset: 211, fault: (_, previous) => previous },
]

/**
 * Writes the sample warehouse into a new SQLite file: the same rows for the same day. `asOf` is the day up to which there
 * are orders; its time of day does not matter. About a second.
 */
export function createSampleWarehouse(file: string, asOf: Date): void {
  const db = new Database(file)
  try {
    const today = Math.floor(asOf.getTime() / DAY_MS) * DAY_MS
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.transaction(() => {
      db.exec(schema)
      const random = createRandom(SEED)
      addCompanies(db, random)
      const signedUp = addCustomers(db, random, today)
      addOrders(db, random, today, signedUp)
      addSubscriptions(db, random, today, signedUp)
      addTickets(db, random, today, signedUp)
      addUsage(db, random, today)
      db.exec(indexes)
    })()
    db.exec('ANALYZE')
  } finally {
    db.close()
  }
}

function addCompanies(db: Database.Database, random: Random): void {
  const add = db.prepare('INSERT INTO companies VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (let id = 1; id <= sizes.companies; id++) {
    const [first, second, ending] = [
      random.one(companyWords.first),
      random.one(companyWords.second),
      random.one(companyWords.ending),
    ]
    const domain = `${second.toLowerCase()}-${id}.example`
    const revenue = random.chance(0.9) ? `${random.whole(90, 90_000) * 1_000}.00` : null
    const employees = random.chance(0.9) ? random.whole(2, 900) : null
    add.run(
      id,
      `${first} ${second} ${ending}`,
      domain,
      random.one(industries),
      employees,
      random.one(places).country,
      revenue,
    )
  }
}

const plans = [
  ['free', 40],
  ['starter', 25],
  ['pro', 20],
  ['business', 11],
  ['enterprise', 4],
] as const

/** Answers when each customer signed up, in milliseconds, by id. */
function addCustomers(db: Database.Database, random: Random, today: number): number[] {
  const add = db.prepare('INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const signedUp = [0]
  let previous = ''
  for (let id = 1; id <= sizes.customers; id++) {
    const place = random.weighted(places.map((each) => [each, each.share] as const))
    const [first, firstLatin] = written(random.one(place.first))
    const [last, lastLatin] = written(random.one(place.last))
    const proper = `${firstLatin}.${lastLatin}${id}@${random.one(['example.com', 'example.org', 'mail.example', 'post.example'])}`
    const fault = faults.find(({ every, offset }) => id % every === offset)
    const email = fault ? fault.fault(proper, previous) : proper
    if (!fault) previous = proper
    const at = today - random.whole(100, 1_600) * DAY_MS + random.whole(0, 86_399) * 1_000
    signedUp[id] = at
    const company = random.chance(0.4) ? random.whole(1, sizes.companies) : null
    const birthday = random.chance(0.6) ? day(today - random.whole(18 * 365, 80 * 365) * DAY_MS) : null
    const phone = random.chance(0.7) ? `${place.phone} ${String(random.whole(0, 9_999)).padStart(4, '0')}` : null
    const consent = random.chance(0.55) ? 1 : 0
    add.run(
      id,
      email,
      first,
      last,
      company,
      phone,
      random.one(place.cities),
      place.country,
      place.language,
      birthday,
      instant(at),
      random.weighted(plans),
      consent,
    )
  }
  return signedUp
}

const currencies: Partial<Record<Place['country'], string>> = { US: 'USD', GB: 'GBP', JP: 'JPY', IN: 'INR' }

function addOrders(db: Database.Database, random: Random, today: number, signedUp: number[]): void {
  const add = db.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const country = db.prepare('SELECT country FROM customers ORDER BY customer_id').pluck().all() as string[]
  // A few buy often, many now and then; a third has stopped some time ago.
  const stopped = signedUp.map((at) =>
    random.chance(0.35) ? at + Math.floor((today - at) * (random.whole(20, 90) / 100)) : today,
  )
  for (let id = 1; id <= sizes.orders; id++) {
    const customer = random.chance(0.6) ? random.whole(1, 1_500) : random.whole(1, sizes.customers)
    const from = signedUp[customer] as number
    const at = from + Math.floor((((stopped[customer] as number) - from) * random.whole(0, 10_000)) / 10_000)
    const cents = random.whole(490, 24_900)
    const status = random.weighted([
      ['paid', 88],
      ['refunded', 6],
      ['canceled', 4],
      ['pending', 2],
    ])
    const currency = currencies[country[customer - 1] as string] ?? 'EUR'
    add.run(
      id,
      customer,
      instant(at),
      status,
      random.whole(1, 6),
      money(cents),
      currency,
      random.chance(0.12) ? random.one(['WELCOME10', 'SUMMER', 'BLACK-FRIDAY']) : null,
    )
  }
}

function addSubscriptions(db: Database.Database, random: Random, today: number, signedUp: number[]): void {
  const add = db.prepare('INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const paying = db
    .prepare("SELECT customer_id, plan FROM customers WHERE plan <> 'free' ORDER BY customer_id")
    .raw()
    .all() as [number, string][]
  const price: Record<string, number> = { starter: 1_900, pro: 4_900, business: 9_900, enterprise: 24_900 }
  let id = 0
  for (const [customer, plan] of paying) {
    const started = (signedUp[customer] as number) + random.whole(0, 60) * DAY_MS
    const seats = random.whole(1, plan === 'enterprise' ? 400 : 20)
    const canceled = random.chance(0.18)
      ? day(started + Math.floor(((today - started) * random.whole(10, 100)) / 100))
      : null
    add.run(
      ++id,
      customer,
      plan,
      seats,
      money((price[plan] as number) * seats),
      day(started),
      canceled,
      canceled ? 'canceled' : 'active',
    )
  }
}

function addTickets(db: Database.Database, random: Random, today: number, signedUp: number[]): void {
  const add = db.prepare('INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  for (let id = 1; id <= sizes.tickets; id++) {
    const customer = random.whole(1, sizes.customers)
    const from = signedUp[customer] as number
    const opened = from + Math.floor(((today - from) * random.whole(0, 10_000)) / 10_000)
    const closed = opened + random.whole(1, 20 * 24) * 3_600_000
    const isClosed = closed < today
    const priority = random.weighted([
      ['normal', 70],
      ['high', 22],
      ['urgent', 8],
    ])
    const satisfaction = isClosed && random.chance(0.5) ? random.whole(1, 5) : null
    add.run(
      id,
      customer,
      instant(opened),
      isClosed ? instant(closed) : null,
      priority,
      random.one(['email', 'chat', 'phone']),
      random.one(subjects),
      satisfaction,
    )
  }
}

function addUsage(db: Database.Database, random: Random, today: number): void {
  const add = db.prepare('INSERT INTO product_usage VALUES (?, ?, ?, ?, ?)')
  for (let customer = 1; customer <= sizes.usageCustomers; customer++) {
    for (let back = 1; back <= sizes.usageDays; back++) {
      const sessions = random.whole(1, 12)
      const features = JSON.stringify({
        reports: random.whole(0, 9),
        exports: random.whole(0, 3),
        mobile: random.chance(0.4),
      })
      add.run(customer, day(today - back * DAY_MS), sessions, sessions * random.whole(2, 40) * 0.5, features)
    }
  }
}

const written = (name: string): [string, string] => {
  const [shown = '', inLatin] = name.split('|')
  return [shown, inLatin ?? shown.toLowerCase()]
}
const instant = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const money = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
