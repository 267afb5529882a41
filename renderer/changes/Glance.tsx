import Box from '@mui/material/Box'
import type { Change, Value } from '../../preload/api.ts'
import { shown } from '../shared/format.ts'
import { atAGlance, type Difference } from './differences.ts'
import type { LabelOf } from './useFieldLabels.ts'

/** How many values a closed row shows. */
const AT_A_GLANCE = 4
/** Of one value, in characters: a long one leaves room for the next. */
const LONGEST = 80

/** The values that matter most on one line: what differs, or the first ones. Whatever does not fit is cut at the end. */
export function Glance({ change, labelOf }: { change: Change; labelOf: LabelOf }) {
  const fields = atAGlance(change)
  const more = fields.length - AT_A_GLANCE
  return (
    <>
      {change.nothingLeft && !change.problem && (
        <Box sx={{ overflowWrap: 'anywhere' }}>Nothing is sent: every field that differs is left as it is.</Box>
      )}
      <Box sx={{ display: 'flex', gap: 1.5, color: 'text.secondary' }}>
        <Box sx={{ flex: '0 1 auto', minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {fields.slice(0, AT_A_GLANCE).map((one) => (
            <Box component="bdi" key={one.field} sx={{ mr: 1.5 }}>
              {change.op === 'invalid' ? one.field : labelOf(one.field)}: <Told one={one} op={change.op} />
            </Box>
          ))}
        </Box>
        {more > 0 && <Box sx={{ flexShrink: 0, whiteSpace: 'nowrap' }}>and {more} more</Box>}
      </Box>
    </>
  )
}

function Told({ one: { old, value, kept }, op }: { one: Difference; op: Change['op'] }) {
  if (kept) return <>{short(old)} (left as it is)</>
  return (
    <>
      {op === 'change' && old !== undefined && `${short(old)} → `}
      <Box component="span" sx={{ color: 'text.primary' }}>
        {short(op === 'remove' ? old : value)}
      </Box>
    </>
  )
}

/** Cut between characters, not inside an emoji. */
function short(value: Value | undefined): string {
  const text = shown(value)
  return text.length > LONGEST ? `${[...text.slice(0, 2 * LONGEST)].slice(0, LONGEST).join('')}…` : text
}
