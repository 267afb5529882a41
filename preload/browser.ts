/** The bridge in a browser: calls by fetch, events by one streamed answer. The token comes in the address, see `takeToken`. */
import { type Answer, type Bridge, type EventName, type Events, largestCopy, type Problem } from './api.ts'

/** Longer than any call may take at the other side. In milliseconds. */
const CALL_LIMIT_MS = 300_000
/** The host says something at least every 15 seconds; after this it is taken for lost. In milliseconds. */
const SILENCE_MS = 40_000
/** Between two tries to reach the host again: from the first to the last, doubling. In milliseconds. */
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 5_000

const lost: Problem = {
  remedy: 'retry',
  message: 'Outflow is not running any more. Start it again, then try again; nothing that was acknowledged is lost.',
}

type Listener = (payload: never) => void

/** The bridge to the host that served this page. */
export function createBrowserBridge(): Bridge {
  const token = takeToken()
  const headers = { Authorization: `Bearer ${token}` }
  const listeners = new Map<EventName, Set<Listener>>()
  let listening = false

  function emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        ;(listener as (payload: Events[E]) => void)(payload)
      } catch (error) {
        // A screen's own fault must not end the stream for the others; it shows in the browser's console.
        reportError(error)
      }
    }
  }

  return {
    async call(method, input) {
      type Value = Answer<never>
      try {
        const response = await fetch(`/api/${method}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: JSON.stringify(input),
          signal: AbortSignal.timeout(CALL_LIMIT_MS),
        })
        return (await readAnswer(response)) as Value
      } catch (error) {
        if (error instanceof DOMException && error.name === 'TimeoutError') return { ok: false, problem: tooLong }
        emit('host.lost', {})
        return { ok: false, problem: lost }
      }
    },
    on(event, listener) {
      const heard = listeners.get(event) ?? new Set()
      listeners.set(event, heard.add(listener))
      if (!listening) {
        listening = true
        void followEvents(headers, emit)
      }
      return () => void heard.delete(listener)
    },
    async takeFile(file) {
      if (file.size > largestCopy) return { ok: false, problem: tooLarge(file) }
      // The first bytes tell whether it can be read at all: a folder cannot, nor a file that another program keeps.
      const readable = await file
        .slice(0, 1)
        .arrayBuffer()
        .then(
          () => true,
          () => false,
        )
      if (!readable) return { ok: false, problem: notReadable(file) }
      try {
        const response = await fetch(`/files?name=${encodeURIComponent(file.name)}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/octet-stream' },
          body: file,
        })
        return (await readAnswer(response)) as Answer<{ path: string }>
      } catch {
        emit('host.lost', {})
        return { ok: false, problem: lost }
      }
    },
  }
}

const tooLarge = ({ name, size }: File): Problem => ({
  remedy: 'retry',
  message: `“${name}” has ${(size / 1e9).toFixed(1)} GB. A browser can only hand over a copy of a file, and copies may have ${largestCopy / 1e9} GB. Type where the file is instead: then it is read in its place, however large it is.`,
})

const notReadable = ({ name }: File): Problem => ({
  remedy: 'retry',
  message: `“${name}” cannot be read. It may be a folder, have been moved, or be kept by another program. Drop a file, or try again.`,
})

const tooLong: Problem = { remedy: 'retry', message: 'This took more than five minutes and was given up. Try again.' }

/** The host's answer; what is not one of its own (another program on this port) becomes a problem. */
async function readAnswer(response: Response): Promise<Answer<unknown>> {
  const answer: unknown = await response.json().catch(() => null)
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer as Answer<unknown>
  return { ok: false, problem: { ...lost, detail: `HTTP ${response.status}, not an answer of Outflow` } }
}

/**
 * The token from the fragment of the address. It is taken out of the address bar, where it would be seen on a shared screen,
 * and kept for this tab only, so that reloading works.
 */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given !== null) history.replaceState(history.state, '', location.pathname + location.search)
  try {
    if (given !== null) sessionStorage.setItem('token', given)
    return given ?? sessionStorage.getItem('token') ?? ''
  } catch {
    // A browser that keeps nothing: everything works but reloading.
    return given ?? ''
  }
}

type Emit = <E extends EventName>(event: E, payload: Events[E]) => void

/** Follows the host's events for as long as the page is open; comes back after a loss. */
async function followEvents(headers: Record<string, string>, emit: Emit): Promise<never> {
  let wait = FIRST_RETRY_MS
  let wasLost = false
  for (;;) {
    await readEvents(headers, emit, () => {
      wait = FIRST_RETRY_MS
      // What happened meanwhile was not heard: let every screen ask again.
      if (wasLost) for (const noun of nouns) emit('data.changed', { noun })
      wasLost = false
    })
    if (!wasLost) emit('host.lost', {})
    wasLost = true
    await new Promise((resolve) => setTimeout(resolve, wait))
    wait = Math.min(wait * 2, LAST_RETRY_MS)
  }
}

const nouns = ['connections', 'audiences', 'syncs', 'settings'] as const

/** Reads one stream to its end, however it ends. */
async function readEvents(headers: Record<string, string>, emit: Emit, connected: () => void): Promise<void> {
  const silence = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(), SILENCE_MS)
  }
  try {
    heard()
    const response = await fetch('/events', { headers, signal: silence.signal })
    if (!response.ok || !response.body) return
    connected()
    let rest = ''
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line) deliver(line, emit)
    }
  } catch {
    // Lost: the caller tries again.
  } finally {
    clearTimeout(timer)
  }
}

function deliver(line: string, emit: Emit): void {
  // Written by our own host, which checks what it sends by its types.
  const { event, payload } = JSON.parse(line) as { event: EventName; payload: never }
  emit(event, payload)
}
