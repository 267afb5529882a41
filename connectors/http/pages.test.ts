import { expect, it } from 'vitest'
import { problemFrom } from '../testing/destination.ts'
import type { Call } from './call.ts'
import { allItems, byCursor, byLink, byOffset } from './pages.ts'

type Page = { items: number[]; next?: string; total: number }
const first: Call = { method: 'GET', path: '/items', query: { limit: 2 } }

function product(pageOf: (call: Call) => Page) {
  const asked: Call[] = []
  const ask = async (call: Call): Promise<Page> => {
    asked.push(call)
    return pageOf(call)
  }
  return { asked, ask }
}

it('follows a cursor to the last page', async () => {
  const { ask, asked } = product(({ query }) =>
    query?.after ? { items: [3], total: 3 } : { items: [1, 2], next: 'c 2', total: 3 },
  )
  const next = byCursor('after', (page: Page) => page.next)
  expect(await allItems(first, ask, next, ({ items }) => items)).toEqual([1, 2, 3])
  expect(asked[1]?.query).toEqual({ limit: 2, after: 'c 2' })
})

it('follows an offset until it has as many as there are', async () => {
  const { ask, asked } = product(({ query }) => ({ items: [Number(query?.offset ?? 0)], total: 3 }))
  const next = byOffset('offset', (page: Page) => ({ items: page.items.length, total: page.total }))
  expect(await allItems(first, ask, next, ({ items }) => items)).toEqual([0, 1, 2])
  expect(asked).toHaveLength(3)
})

it('takes path and query of a link, never its host', async () => {
  const { ask, asked } = product(({ query }) =>
    query ? { items: [1], next: 'https://evil.example/3.0/items?page=2', total: 2 } : { items: [2], total: 2 },
  )
  const next = byLink((page: Page) => page.next, '/3.0')
  expect(await allItems(first, ask, next, ({ items }) => items)).toEqual([1, 2])
  expect(asked[1]).toEqual({ method: 'GET', path: '/items?page=2' })
})

it('stops at a page that names itself as the next one', async () => {
  const { ask, asked } = product(() => ({ items: [1], next: 'same', total: 9 }))
  const next = byCursor('after', (page: Page) => page.next)
  expect((await problemFrom(allItems(first, ask, next, ({ items }) => items))).remedy).toBe('report')
  expect(asked).toHaveLength(2)
})
