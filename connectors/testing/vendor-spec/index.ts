/** Checks requests and answers against a vendor's own OpenAPI description: one reader for all products, on top of ajv. */
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { HttpRequest } from '../../types.ts'
import { closeObjects, type Document, type Operation, type Parameter, readSpec, type Schema } from './document.ts'
import { credentialsOf } from './security.ts'

export { whyNoSpec } from './document.ts'

export type CheckedRequest = Pick<HttpRequest, 'method' | 'url' | 'headers'> & { body?: string }

export type VendorSpec = {
  /** What the vendor would not accept, as sentences; empty when there is nothing. */
  request(request: CheckedRequest): string[]
  /** What of an answer the vendor would not have said. Statuses that the description does not know count as well. */
  answer(request: CheckedRequest, answer: { status: number; body: string }): string[]
  /** The operation that a request belongs to (`POST /crm/v3/objects/{objectType}/batch/upsert`), undefined for none. */
  operation(request: CheckedRequest): string | undefined
}

type Found = {
  name: string
  path: string
  method: string
  operation: Operation
  parameters: Parameter[]
  values: Map<string, string>
}

/**
 * Opens a product's description.
 * @param closed unknown keys of bodies are errors, where the vendor lists them (README of the descriptions says for which)
 */
export function openVendorSpec(product: string, { closed = false }: { closed?: boolean } = {}): VendorSpec {
  const document = readSpec(product)
  if (closed) closeObjects(document)
  const options = { strict: false, allErrors: true, validateFormats: false, coerceTypes: false } as const
  const ajv = document.openapi.startsWith('3.1') ? new Ajv2020(options) : new Ajv(options)
  ajv.addSchema(document as unknown as Schema, 'vendor')
  const compiled = new Map<string, ValidateFunction>()

  function check(pointer: string, value: unknown, where: string): string[] {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `vendor#${pointer}` })
    compiled.set(pointer, known)
    if (known(value)) return []
    return (known.errors ?? []).map(
      ({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  const templates = templatesOf(document)
  const find = (request: CheckedRequest): Found | undefined => findOperation(templates, document, request)

  function checkBody({ headers = {}, body = '' }: CheckedRequest, found: Found): string[] {
    const { operation, name } = found
    const wanted = operation.requestBody
    if (body === '') return wanted?.required ? [`${name}: the body is missing`] : []
    if (!wanted) return [`${name} takes no body`]
    const type = mediaType(headers)
    const content = Object.keys(wanted.content).find((known) => known === type || known === '*/*')
    if (content === undefined) return [`${name} does not take ${type}, but ${Object.keys(wanted.content).join(', ')}`]
    if (!wanted.content[content]?.schema) return []
    const value = type.endsWith('json') ? (JSON.parse(body) as unknown) : type.includes('form') ? formOf(body) : body
    return check(`${pointerOf(found)}/requestBody/content/${escaped(content)}/schema`, value, `${name} body`)
  }

  return {
    operation: (request) => find(request)?.name,
    request(request) {
      const found = find(request)
      if (!found) return [`${request.method} ${request.url} is not in the description`]
      const url = new URL(request.url)
      return [
        ...credentialsOf(document, found.operation, request),
        ...checkQuery(found, url.searchParams),
        ...checkHeaders(found, request.headers ?? {}),
        ...checkBody(request, found),
      ]
    },
    answer(request, { status, body }) {
      const found = find(request)
      if (!found) return [`${request.method} ${request.url} is not in the description`]
      const { responses } = found.operation
      const code = [String(status), `${String(status)[0]}XX`, 'default'].find((each) => responses[each])
      if (code === undefined) return [`${found.name} never answers ${status}`]
      const content = Object.keys(responses[code]?.content ?? {})
      const json = content.find((type) => type.includes('json'))
      if (json === undefined || !responses[code]?.content?.[json]?.schema) return []
      const pointer = `${pointerOf(found)}/responses/${code}/content/${escaped(json)}/schema`
      return check(pointer, JSON.parse(body || 'null'), `${found.name} ${status}`)
    },
  }

  function checkQuery({ parameters, name }: Found, query: URLSearchParams): string[] {
    const known = parameters.filter((each) => each.in === 'query')
    const unknown = [...new Set(query.keys())].filter((key) => !known.some((each) => each.name === key))
    const faults = unknown.map((key) => `${name}: unknown query parameter ${key}`)
    for (const parameter of known) {
      const values = query.getAll(parameter.name)
      if (values.length === 0 && parameter.required)
        faults.push(`${name}: query parameter ${parameter.name} is missing`)
      if (values.length > 0) faults.push(...checkValue(parameter, values, name))
    }
    return faults
  }

  function checkHeaders({ parameters, name }: Found, headers: Record<string, string>): string[] {
    const sent = new Map(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]))
    return parameters
      .filter((each) => each.in === 'header')
      .flatMap((parameter) => {
        const value = sent.get(parameter.name.toLowerCase())
        if (value === undefined) return parameter.required ? [`${name}: header ${parameter.name} is missing`] : []
        return checkValue(parameter, [value], name)
      })
  }

  function checkValue({ name, schema = {}, explode = true }: Parameter, values: string[], operation: string): string[] {
    const list = schema.type === 'array' ? (explode ? values : values.flatMap((each) => each.split(','))) : undefined
    const one = (text: string): unknown => {
      const type = list ? (schema.items as Schema | undefined)?.type : schema.type
      if (type === 'integer' || type === 'number') return text === '' ? text : Number(text)
      return type === 'boolean' ? (text === 'true' ? true : text === 'false' ? false : text) : text
    }
    const validate = ajv.compile(relative(schema))
    if (validate(list ? list.map(one) : one(values[0] as string))) return []
    return [`${operation}: ${name} ${ajv.errorsText(validate.errors)}`]
  }
}

/** References of a schema that is compiled by itself point into the document. */
function relative(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"vendor#')) as Schema
}

type Template = { path: string; pattern: RegExp; names: string[]; literal: number }

/** Paths as patterns; those with more literal parts come first. */
function templatesOf({ paths, servers }: Document): Template[] {
  const server = (servers?.[0]?.url ?? 'http://host').replace(/\{\w+\}/g, 'host')
  const base = new URL(server, 'http://host').pathname.replace(/\/$/, '')
  return Object.keys(paths)
    .map((path) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)
      const source = `${base}${path}`.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)')
      return { path, names, pattern: new RegExp(`^${source}/?$`), literal: path.replace(/\{\w+\}/g, '').length }
    })
    .sort((a, b) => a.names.length - b.names.length || b.literal - a.literal)
}

function findOperation(templates: Template[], { paths }: Document, { method, url }: CheckedRequest): Found | undefined {
  const { pathname } = new URL(url)
  for (const { path, pattern, names } of templates) {
    const match = pattern.exec(pathname)
    const item = paths[path]
    const operation = item?.[method.toLowerCase()]
    if (!match || !operation) continue
    const values = new Map(names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]))
    const parameters = [...(item?.parameters ?? []), ...(operation.parameters ?? [])]
    return { name: `${method} ${path}`, path, method: method.toLowerCase(), operation, parameters, values }
  }
  return undefined
}

const pointerOf = ({ path, method }: Found) => `/paths/${escaped(path)}/${method}`

/** A part of a JSON pointer inside a URI fragment (RFC 6901, section 6). */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function mediaType(headers: Record<string, string>): string {
  const [, value = ''] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return (value.split(';')[0] ?? '').trim().toLowerCase()
}

const formOf = (body: string): Record<string, string> => Object.fromEntries(new URLSearchParams(body))
