import type { ChangeFilter } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'

/** Saves the rows that match as a CSV file. */
export function useExport(run: string) {
  const action = useAction('runs.export')
  const save = (filter: ChangeFilter) =>
    action.mutate(
      { run, filter },
      {
        onSuccess: ({ name, text }) => {
          const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
          const link = document.createElement('a')
          link.href = url
          link.download = name
          link.click()
          URL.revokeObjectURL(url)
        },
      },
    )
  return { save, pending: action.isPending, problem: action.error?.problem }
}
