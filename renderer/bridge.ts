import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Bridge, EventName, Events, Input, Method, Output, Problem, RunProgress } from '../preload/api.ts'
import { createBrowserBridge } from '../preload/browser.ts'

declare global {
  interface Window {
    bridge?: Bridge
  }
}

/** What a call threw: the problem, for ProblemAlert. */
export class Failed extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 2_000 } },
})

let bridge: Bridge

/** Connects the screens with the host: Electron's preload, or the server that sent this page. Called once, first. */
export function startBridge(): void {
  bridge = window.bridge ?? createBrowserBridge()
  bridge.on('data.changed', ({ noun }) => forget(staleAfter[noun]))
  bridge.on('run.changed', (run) => {
    queryClient.setQueryData(['runs.get', { id: run.id }], run)
    forget(['runs.list', 'syncs.', 'practice.', 'plans.changes'])
  })
}

/** Which answers a change of a noun makes old. Looking at source data again is the screens' own decision. */
const staleAfter: Record<Events['data.changed']['noun'], string[]> = {
  // A plan does not fit any more when its destination is switched between rehearsal and real.
  connections: ['connections.', 'syncs.', 'audiences.list', 'app.info', 'runs.get'],
  audiences: ['audiences.list', 'audiences.get', 'syncs.'],
  syncs: ['syncs.', 'schedules.preview', 'app.info'],
  schedules: ['schedules.', 'syncs.list', 'syncs.get'],
  settings: ['settings.'],
}

function forget(prefixes: string[]): void {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey }) => prefixes.some((prefix) => String(queryKey[0]).startsWith(prefix)),
  })
}

/** One call; throws Failed. */
export async function call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>> {
  const answer = await bridge.call(method, input)
  if (answer.ok) return answer.value
  throw new Failed(answer.problem)
}

/** Hands a dropped or picked file over and answers its path; throws Failed. */
export async function takeFile(file: File): Promise<{ path: string }> {
  const answer = await bridge.takeFile(file)
  if (answer.ok) return answer.value
  throw new Failed(answer.problem)
}

/**
 * The answer of a call, kept and asked again when it gets old. `enabled: false` waits; `keep` shows the older answer while
 * a new one comes, so that nothing jumps. A newer question always wins over an older one.
 */
export function useCall<M extends Method>(
  method: M,
  input: Input<M>,
  options: { enabled?: boolean; keep?: boolean; staleTime?: number } = {},
) {
  return useQuery<Output<M>, Failed>({
    queryKey: [method, input],
    queryFn: () => call(method, input),
    enabled: options.enabled ?? true,
    ...(options.keep && { placeholderData: keepPreviousData }),
    ...(options.staleTime !== undefined && { staleTime: options.staleTime }),
  })
}

/** A call that a person asks for. `mutate(input, { onSuccess })`. */
export function useAction<M extends Method>(method: M) {
  return useMutation<Output<M>, Failed, Input<M>>({ mutationFn: (input) => call(method, input) })
}

/** Listens as long as the component is there. */
export function useEvent<E extends EventName>(event: E, listener: (payload: Events[E]) => void): void {
  const heard = useEffectEvent(listener)
  useEffect(() => bridge.on(event, (payload) => heard(payload)), [event])
}

/** The latest progress of a run under way. */
export function useProgress(run: string): RunProgress | undefined {
  const [progress, setProgress] = useState<RunProgress>()
  useEvent('run.progress', (next) => {
    if (next.run === run) setProgress(next)
  })
  return progress?.run === run ? progress : undefined
}

/** Asks again, for a Retry button. */
export function useAskAgain(): (method: Method) => void {
  const client = useQueryClient()
  return (method) => void client.invalidateQueries({ queryKey: [method] })
}

/** The methods that answer in pages, by the input that asks for the next one. */
type Paged = 'plans.changes' | 'runs.list' | 'connections.tables'

/** A long list, page by page; `next` reads the input of the following page from the last one, or ends with `undefined`. */
export function usePages<M extends Paged>(
  method: M,
  input: Input<M>,
  next: (last: Output<M>) => Partial<Input<M>> | undefined,
  options: { enabled?: boolean } = {},
) {
  return useInfiniteQuery<Output<M>, Failed, { pages: Output<M>[] }, readonly unknown[], Partial<Input<M>>>({
    queryKey: [method, input, 'pages'],
    queryFn: ({ pageParam }) => call(method, Object.assign({}, input, pageParam)),
    initialPageParam: {},
    getNextPageParam: next,
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
  })
}
