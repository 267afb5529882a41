import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Collapse from '@mui/material/Collapse'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useId, useState } from 'react'
import { defaultGuardLimits, type GuardLimits } from '../../preload/api.ts'
import { count } from '../shared/format.ts'

type Limit = { name: keyof GuardLimits; label: string; unit: '%' | 'rows'; modes?: readonly string[] }

const limits: Limit[] = [
  { name: 'removalPercent', label: 'would be removed', unit: '%' },
  { name: 'removals', label: 'would be removed', unit: 'rows' },
  { name: 'changePercent', label: 'of what was sent would change', unit: '%' },
  { name: 'shrinkPercent', label: 'of the audience is gone', unit: '%' },
  { name: 'emptiedPercent', label: 'of a field that was filled is empty', unit: '%' },
  { name: 'badIdPercent', label: 'have no unique id, or share it', unit: '%' },
  { name: 'badRecordPercent', label: 'lack a required value or hold a wrong one', unit: '%' },
  { name: 'cap', label: 'are in the audience', unit: 'rows' },
]

const defaults: GuardLimits = defaultGuardLimits

/** Where a push stops and asks. Closed at first: the defaults are right for most. */
export function Limits({ guards, onChange }: { guards: GuardLimits; onChange: (guards: GuardLimits) => void }) {
  const own = Object.keys(guards).length
  const [open, setOpen] = useState(own > 0)
  const region = useId()
  const set = (name: keyof GuardLimits, text: string) => {
    const { [name]: _, ...rest } = guards
    onChange(text === '' ? rest : { ...rest, [name]: Number(text) })
  }
  return (
    <Box sx={{ mt: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <Typography color="textSecondary">
          A push stops and asks before anything surprising: many removals, a source that shrank, a column that went
          empty.
          {own > 0 && ` ${count(own, 'limit')} of this sync’s own.`}
        </Typography>
        <Button aria-expanded={open} aria-controls={region} onClick={() => setOpen(!open)}>
          {open ? 'Hide the limits' : 'Change the limits'}
        </Button>
      </Box>
      <Collapse in={open} id={region} unmountOnExit>
        <Typography sx={{ mt: 1, mb: 1.5 }}>Stop and ask when more than …</Typography>
        <Box
          sx={{
            display: 'grid',
            gap: 1.5,
            gridTemplateColumns: 'repeat(auto-fill, minmax(300px, 1fr))',
            maxWidth: 960,
          }}
        >
          {limits.map(({ name, label, unit }) => (
            <Box key={name} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
              <TextField
                type="number"
                value={guards[name] ?? ''}
                placeholder={defaults[name]?.toLocaleString('en') ?? 'no limit'}
                onChange={(event) => set(name, event.target.value)}
                slotProps={{
                  htmlInput: { min: 0, max: unit === '%' ? 100 : undefined, 'aria-label': `${unit} ${label}` },
                }}
                sx={{ width: 110, flexShrink: 0 }}
              />
              <Typography>
                {unit} {label}
              </Typography>
            </Box>
          ))}
        </Box>
        {own > 0 && (
          <Button sx={{ mt: 1 }} onClick={() => onChange({})}>
            Back to the defaults
          </Button>
        )}
      </Collapse>
    </Box>
  )
}
