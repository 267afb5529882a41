/** Work that only the newest question is worth: whoever asks again with the same ticket stops what runs. */
export function createTickets() {
  const running = new Map<string, AbortController>()

  return {
    /** Runs the work with a signal that is raised by the caller's, by a newer call with the same ticket, or by `stop`. */
    async run<T>(
      ticket: string | undefined,
      caller: AbortSignal,
      work: (signal: AbortSignal) => Promise<T>,
    ): Promise<T> {
      if (ticket === undefined) return work(caller)
      const own = new AbortController()
      running.get(ticket)?.abort()
      running.set(ticket, own)
      try {
        return await work(AbortSignal.any([caller, own.signal]))
      } finally {
        if (running.get(ticket) === own) running.delete(ticket)
      }
    },
    stop: (ticket: string): void => running.get(ticket)?.abort(),
  }
}
