import { useMutation } from '@tanstack/react-query'
import type { ChangeFilter } from '../../preload/api.ts'
import { call, type Failed } from '../bridge.ts'
import { saveFile } from '../shared/saveFile.ts'
import { wholeCsv } from './whole-csv.ts'

/** Saves the rows that match as a CSV file. */
export function useExport(run: string) {
  const action = useMutation<void, Failed, ChangeFilter>({
    mutationFn: async (filter) => {
      const { name, file } = await wholeCsv((where) => call('runs.export', { run, filter, ...where }))
      saveFile(name, file)
    },
  })
  return { save: action.mutate, pending: action.isPending, problem: action.error?.problem }
}
