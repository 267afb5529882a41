import Box from '@mui/material/Box'
import type { MappedFrom, MappedSample, Value } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'

type SampleValueProps = { id: string; from: MappedFrom | undefined; sample: MappedSample | undefined }

/** What a real row makes of one line: the column's value, and what is sent where that differs. */
export function SampleValue({ id, from, sample }: SampleValueProps) {
  if (!from || !sample) return null
  const before = from.kind === 'column' ? sample.source[from.column] : undefined
  const after = sample.record?.[id]
  const differs = before !== undefined && after !== undefined && shown(before) !== shown(after)
  return (
    <Box
      dir="auto"
      sx={{ overflowWrap: 'anywhere', maxHeight: 60, overflow: 'hidden' }}
      title={[before, after].map((value) => shown(value).slice(0, 500)).join(' → ')}
    >
      {(differs || after === undefined) && before !== undefined && (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {shown(before).slice(0, 120)}
          {after !== undefined && ' → '}
        </Box>
      )}
      <After value={after} />
    </Box>
  )
}

function After({ value }: { value: Value | undefined }) {
  if (value === undefined) return null
  const style = value === null ? { color: 'text.secondary', fontStyle: 'italic' } : {}
  return (
    <Box component="span" sx={style}>
      {shown(value).slice(0, 200)}
    </Box>
  )
}
