import { useMutation } from '@tanstack/react-query'
import { type Failed, takeFile } from '../bridge.ts'

/** Hands a dropped or picked file over. `mutate(file, { onSuccess })` answers its path. */
export const useTakeFile = () => useMutation<{ path: string }, Failed, File>({ mutationFn: takeFile })
