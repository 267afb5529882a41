const events = ['uncaughtException', 'unhandledRejection'] as const

/**
 * Tells the listeners for faults that are added to this process from now on from those of the test runner, and takes them
 * away again.
 */
export function watchFaultListeners() {
  const others = events.map((event) => process.rawListeners(event))
  const added = () =>
    events.map((event, index) => process.rawListeners(event).filter((listener) => !others[index]?.includes(listener)))
  return {
    /** What the app does with an error that nobody caught. */
    uncaught(error: Error): void {
      for (const listener of added()[0] ?? []) listener(error, 'uncaughtException')
    },
    remove(): void {
      const mine = added()
      events.forEach((event, index) => {
        for (const listener of mine[index] ?? []) process.off(event, listener as () => void)
      })
    },
  }
}
