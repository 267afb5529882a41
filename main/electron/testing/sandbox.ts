import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction, createContext } from 'node:vm'

const nodeRequire = createRequire(import.meta.url)
/** Beside `electron`, all that a sandboxed preload may require (electronjs.org/docs/latest/tutorial/sandbox). */
const ALLOWED = ['events', 'timers', 'url']

/**
 * Runs a preload as a sandboxed renderer does: as one CommonJS script in a world of its own, without Node. Throws what the
 * script throws, and for every module that it may not have.
 */
export function runSandboxed(file: string, electron: Record<string, unknown>): void {
  const world = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  const require = (name: string): unknown => {
    if (name === 'electron') return electron
    const plain = name.replace(/^node:/, '')
    if (ALLOWED.includes(plain)) return nodeRequire(plain)
    throw new Error(`module not found: ${name}`)
  }
  const module = { exports: {} }
  const script = compileFunction(readFileSync(file, 'utf8'), ['require', 'process', 'exports', 'module'], {
    filename: file,
    parsingContext: world,
  })
  script(require, Object.freeze({ platform: process.platform, sandboxed: true }), module.exports, module)
}
