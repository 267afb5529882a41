import { queryClient, useAction, useAskAgain } from '../bridge.ts'

/** Points a connection to where its file is now; what was shown of the old one is asked for again. */
export function useMoveFile() {
  const move = useAction('files.move')
  const askAgain = useAskAgain()
  const to = (connection: string, path: string, moved?: () => void) =>
    move.mutate(
      { connection, path },
      {
        onSuccess: (connected) => {
          queryClient.setQueryData(['connections.get', { id: connection }], connected)
          for (const method of ['audiences.preview', 'audiences.count', 'audiences.checkUniqueId'] as const) {
            askAgain(method)
          }
          moved?.()
        },
      },
    )
  return { move, to }
}
