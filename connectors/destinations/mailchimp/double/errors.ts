/** Mailchimp's error answers, word for word where they are known from its glossary and its own clients. */
import { randomUUID } from 'node:crypto'
import type { DoubleAnswer } from '../../../http/double.ts'

const glossary = 'https://mailchimp.com/developer/marketing/docs/errors/'

export function problem(
  status: number,
  title: string,
  detail: string,
  errors?: { field: string; message: string }[],
): DoubleAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    json: { type: glossary, title, status, detail, instance: randomUUID(), ...(errors && { errors }) },
  }
}

export const invalidKey = (): DoubleAnswer =>
  problem(401, 'API Key Invalid', 'Your API key may be invalid, or you’ve attempted to access the wrong datacenter.')

export const notFound = (): DoubleAnswer =>
  problem(404, 'Resource Not Found', 'The requested resource could not be found.')

export const invalidResource = (errors: { field: string; message: string }[]): DoubleAnswer =>
  problem(
    400,
    'Invalid Resource',
    'The resource submitted could not be validated. For field-specific details, see the ’errors’ array.',
    errors,
  )

export const badSegment = (id: string): DoubleAnswer =>
  problem(404, 'Resource Not Found', `A Static Segment with an id of ${id} does not exist for this list.`)

export const cannotBeRemoved = (): DoubleAnswer =>
  problem(405, 'Method Not Allowed', 'This list member cannot be removed. Please contact support.')
