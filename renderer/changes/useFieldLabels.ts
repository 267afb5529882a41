import { useCall } from '../bridge.ts'

/** The name of a destination field as its users know it; the id until that is known, or where there is none. */
export type LabelOf = (field: string) => string

/** The field names of a sync's destination object. */
export function useFieldLabels(sync: string): LabelOf {
  const { data } = useCall('syncs.get', { id: sync })
  const fields = useCall(
    'connections.fields',
    { id: data?.destination ?? '', object: data?.object ?? '' },
    { enabled: data !== undefined, staleTime: 60_000 },
  )
  const labels = new Map(fields.data?.map((field) => [field.id, field.label]))
  return (field) => labels.get(field) ?? field
}
