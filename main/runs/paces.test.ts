import { expect, test } from 'vitest'
import { createPaces } from './paces.ts'

test('all who send against one quota share one pace, others have their own', () => {
  const paceOf = createPaces()
  expect(paceOf('webhook https://a.example')).toBe(paceOf('webhook https://a.example'))
  expect(paceOf('webhook https://a.example')).not.toBe(paceOf('webhook https://b.example'))
})
