/** Lists that a product hands out page by page. */
import { ProblemError } from '../problems.ts'
import { type Call, pathWithQuery } from './call.ts'

/** The call for the page after this one; undefined on the last. */
export type NextPage<T> = (page: T, call: Call) => Call | undefined

/** More pages than any list has that a person chooses from: something goes round in a circle. */
const MOST_PAGES = 10_000

/**
 * Pages in the order in which they are handed out, one request at a time, as far as somebody reads on.
 * @throws ProblemError as `ask`; `report` when a page names itself as the next one
 */
export async function* pages<T>(first: Call, ask: (call: Call) => Promise<T>, next: NextPage<T>): AsyncGenerator<T> {
  let call: Call | undefined = first
  for (let count = 0; call; count++) {
    const page = await ask(call)
    yield page
    const following: Call | undefined = next(page, call)
    if (following && (count >= MOST_PAGES || sameCall(following, call))) {
      throw new ProblemError({
        remedy: 'report',
        message: 'A list never came to its end. Try again later.',
        detail: `${call.method} ${call.path}, page ${count + 1}`,
      })
    }
    call = following
  }
}

/** All items of all pages, in order. Throws as `pages`. */
export async function allItems<T, Item>(
  first: Call,
  ask: (call: Call) => Promise<T>,
  next: NextPage<T>,
  itemsOf: (page: T) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pages(first, ask, next)) items.push(...itemsOf(page))
  return items
}

/** The next page has a name that goes into a query parameter (`after`, `cursor`). */
export function byCursor<T>(parameter: string, cursorOf: (page: T) => string | null | undefined): NextPage<T> {
  return (page, call) => {
    const cursor = cursorOf(page)
    return cursor ? { ...call, query: { ...call.query, [parameter]: cursor } } : undefined
  }
}

/** The next page begins behind so many items, of which the answer says the total (`offset`, `total_items`). */
export function byOffset<T>(parameter: string, read: (page: T) => { items: number; total: number }): NextPage<T> {
  return (page, call) => {
    const { items, total } = read(page)
    const offset = Number(call.query?.[parameter] ?? 0) + items
    return items > 0 && offset < total ? { ...call, query: { ...call.query, [parameter]: offset } } : undefined
  }
}

/**
 * The next page has an address of its own. Only its path and query are taken: the key goes to no other host.
 * `base`: what the path of the product's address begins with (`/3.0`), which a `Call` leaves out.
 */
export function byLink<T>(linkOf: (page: T) => string | null | undefined, base = ''): NextPage<T> {
  return (page, call) => {
    const link = linkOf(page)
    if (!link) return undefined
    const url = new URL(link, 'http://relative')
    const way = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : url.pathname
    const { query: _, ...rest } = call
    return { ...rest, path: way + url.search }
  }
}

function sameCall(a: Call, b: Call): boolean {
  return pathWithQuery(a) === pathWithQuery(b) && JSON.stringify(a.json) === JSON.stringify(b.json)
}
