import Box from '@mui/material/Box'
import type { Change, Value } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'
import type { LabelOf } from './useFieldLabels.ts'

/** How many values a closed row shows. */
const AT_A_GLANCE = 4
/** Of one value, in characters: a long one leaves room for the next. */
const LONGEST = 80

/** The values that matter most on one line: what differs, or the first ones. Whatever does not fit is cut at the end. */
export function Glance({ change, labelOf }: { change: Change; labelOf: LabelOf }) {
  const { before, after } = change
  const fields = Object.keys(after ?? before ?? {}).filter(
    (field) => change.op !== 'change' || !before || JSON.stringify(before[field]) !== JSON.stringify(after?.[field]),
  )
  const more = fields.length - AT_A_GLANCE
  return (
    <Box sx={{ display: 'flex', gap: 1.5, color: 'text.secondary' }}>
      <Box sx={{ flex: '0 1 auto', minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {fields.slice(0, AT_A_GLANCE).map((field) => (
          <Box component="bdi" key={field} sx={{ mr: 1.5 }}>
            {change.op === 'invalid' ? field : labelOf(field)}:{' '}
            <Box component="span" sx={{ color: 'text.primary' }}>
              {change.op === 'change' && before && <Old value={before[field]} />}
              {short(after ? after[field] : before?.[field])}
            </Box>
          </Box>
        ))}
      </Box>
      {more > 0 && <Box sx={{ flexShrink: 0, whiteSpace: 'nowrap' }}>and {more} more</Box>}
    </Box>
  )
}

function Old({ value }: { value: Value | undefined }) {
  return (
    <Box component="span" sx={{ color: 'text.secondary' }}>
      {short(value)} →{' '}
    </Box>
  )
}

/** Cut between characters, not inside an emoji. */
function short(value: Value | undefined): string {
  const text = shown(value)
  return text.length > LONGEST ? `${[...text.slice(0, 2 * LONGEST)].slice(0, LONGEST).join('')}…` : text
}
