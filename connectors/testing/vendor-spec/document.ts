/** Finds the vendors' own API descriptions, which stand beside the repository and are not part of it. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type Schema = { [keyword: string]: unknown }
export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  schema?: Schema
  style?: string
  explode?: boolean
}
type Media = Record<string, { schema?: Schema }>
export type Operation = {
  operationId?: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Media }
  responses: Record<string, { content?: Media }>
  security?: Record<string, string[]>[]
}
export type Document = {
  openapi: string
  servers?: { url: string }[]
  paths: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>
  components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, SecurityScheme> }
  security?: Record<string, string[]>[]
}
export type SecurityScheme =
  | { type: 'http'; scheme: string }
  | { type: 'apiKey'; in: 'header' | 'query' | 'cookie'; name: string }
  | { type: 'oauth2' | 'openIdConnect' }

const folder = fileURLToPath(new URL('../../../../shared/vendor-specs/', import.meta.url))

/** Why a product's requests cannot be checked here; undefined where they can. */
export function whyNoSpec(product: string): string | undefined {
  return existsSync(`${folder}${product}.openapi.json`)
    ? undefined
    : `${product}.openapi.json is not in ../shared/vendor-specs, so requests are not checked against the vendor's description`
}

/** The description of a product: `readSpec('hubspot')`. Throws where `whyNoSpec` says why. */
export function readSpec(product: string): Document {
  return JSON.parse(readFileSync(`${folder}${product}.openapi.json`, 'utf8')) as Document
}

/**
 * Makes unknown keys of bodies errors wherever the vendor lists the keys of an object. What stands in an `allOf` stays open,
 * for its parts know nothing of each other.
 */
export function closeObjects(document: Document): void {
  const parts = new Set<string>()
  walk(document, (node) => {
    for (const part of Array.isArray(node.allOf) ? (node.allOf as Schema[]) : [])
      if (typeof part.$ref === 'string') parts.add(part.$ref)
  })
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (!parts.has(`#/components/schemas/${name}`)) close(schema, false)
  }
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) if ('requestBody' in operation) close(operation.requestBody, false)
  }
}

function close(node: unknown, inAllOf: boolean): void {
  if (Array.isArray(node)) {
    for (const each of node) close(each, inAllOf)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const schema = node as Schema
  const listed = typeof schema.properties === 'object' && schema.additionalProperties === undefined
  if (listed && !inAllOf && !schema.allOf && !schema.anyOf && !schema.oneOf) schema.additionalProperties = false
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'example' || keyword === 'examples' || keyword === 'enum') continue
    const combined = (keyword === 'anyOf' || keyword === 'oneOf') && schema.properties !== undefined
    close(value, inAllOf || keyword === 'allOf' || combined)
  }
}

function walk(node: unknown, look: (schema: Schema) => void): void {
  if (typeof node !== 'object' || node === null) return
  if (!Array.isArray(node)) look(node as Schema)
  for (const value of Object.values(node)) walk(value, look)
}
