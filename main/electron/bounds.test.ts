import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FIRST_SIZE, fittingBounds, readBounds, saveBounds } from './bounds.ts'

const folder = mkdtempSync(join(tmpdir(), 'outflow-bounds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const screen = { x: 0, y: 25, width: 1_440, height: 875 }
const bounds = { x: 100, y: 100, width: 1_000, height: 700, maximized: false }
const place = { x: 100, y: 100, width: 1_000, height: 700 }

test('what was saved is read back', () => {
  const file = join(folder, 'window.json')
  saveBounds(file, { ...bounds, x: -1_200, maximized: true })
  expect(readBounds(file)).toEqual({ ...bounds, x: -1_200, maximized: true })
})

test.each([
  ['no JSON', '{'],
  ['something else', '[]'],
  ['a size of nothing', JSON.stringify({ ...bounds, width: 0 })],
  ['no number', JSON.stringify({ ...bounds, x: 'left' })],
])('a file with %s counts as none', (_name, text) => {
  const file = join(folder, 'broken.json')
  writeFileSync(file, text)
  expect(readBounds(file)).toBeNull()
})

test('a file that is not there counts as none, and a folder that is gone is no fault', () => {
  expect(readBounds(join(folder, 'none.json'))).toBeNull()
  expect(() => saveBounds(join(folder, 'gone', 'window.json'), bounds)).not.toThrow()
})

test('the first window has a size and no place', () => {
  expect(fittingBounds(null, [screen])).toEqual(FIRST_SIZE)
})

test('a window opens where it was', () => {
  expect(fittingBounds(bounds, [screen])).toEqual(place)
})

test('also on a second screen to the left', () => {
  const left = { x: -1_920, y: 0, width: 1_920, height: 1_080 }
  expect(fittingBounds({ ...bounds, x: -1_500 }, [screen, left])).toEqual({ ...place, x: -1_500 })
})

test.each([
  ['on a screen that was unplugged', { x: -1_500 }],
  ['almost wholly to the right of the screen', { x: 1_400 }],
  ['with its title bar above the screen', { y: -300 }],
  ['with its title bar below the screen', { y: 880 }],
])('a window that was %s keeps its size only', (_name, moved) => {
  expect(fittingBounds({ ...bounds, ...moved }, [screen])).toEqual({ width: 1_000, height: 700 })
})
