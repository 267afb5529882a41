/** Whether a request carries the credentials that an operation asks for. */

import type { Document, Operation, SecurityScheme } from './document.ts'
import type { CheckedRequest } from './index.ts'

/** What is missing, as sentences; one way in is enough. */
export function credentialsOf(document: Document, operation: Operation, request: CheckedRequest): string[] {
  const ways = operation.security ?? document.security ?? []
  if (ways.length === 0) return []
  const schemes = document.components?.securitySchemes ?? {}
  const opens = ways.some((way) => Object.keys(way).every((name) => carries(schemes[name], request)))
  return opens ? [] : [`${request.method} ${request.url} carries no credentials`]
}

function carries(scheme: SecurityScheme | undefined, { url, headers = {} }: CheckedRequest): boolean {
  if (!scheme) return true
  const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const authorization = sent.get('authorization') ?? ''
  switch (scheme.type) {
    case 'http':
      return authorization.toLowerCase().startsWith(`${scheme.scheme.toLowerCase()} `)
    case 'apiKey':
      return scheme.in === 'query' ? new URL(url).searchParams.has(scheme.name) : sent.has(scheme.name.toLowerCase())
    default:
      return authorization.toLowerCase().startsWith('bearer ')
  }
}
