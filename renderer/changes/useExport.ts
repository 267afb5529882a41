import type { ChangeFilter } from '../../preload/api.ts'
import { useAction } from '../bridge.ts'
import { saveText } from '../shared/saveText.ts'

/** Saves the rows that match as a CSV file. */
export function useExport(run: string) {
  const action = useAction('runs.export')
  const save = (filter: ChangeFilter) =>
    action.mutate({ run, filter }, { onSuccess: ({ name, text }) => saveText(name, text, 'text/csv') })
  return { save, pending: action.isPending, problem: action.error?.problem }
}
