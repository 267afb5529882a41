import Add from '@mui/icons-material/Add'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Column, Connection } from '../../../preload/api.ts'
import { ConditionLine } from './ConditionLine.tsx'
import { deepest, emptyGroup, type Group, isGroup, newLine, type Part, withPart } from './model.ts'

/** What there is to choose from. */
export type Choosing = {
  connection: string
  table: string[]
  columns: Column[]
  audience: string | undefined
  sources: Connection[]
}

type GroupEditorProps = {
  choosing: Choosing
  group: Group
  depth: number
  /** How it is called for those who cannot see where it stands. */
  name: string
  onChange: (group: Group) => void
  onRemove?: () => void
}

/** Conditions of which all or any must hold; groups lie in it in the same way. */
export function GroupEditor({ choosing, group, depth, name, onChange, onRemove }: GroupEditorProps) {
  const add = (part: Part) => onChange({ ...group, parts: [...group.parts, part] })
  const nested = depth > 1
  return (
    <Box
      role="group"
      aria-label={name}
      sx={nested ? { borderLeft: 2, borderColor: 'primary.main', pl: 1.5, py: 0.5, my: 0.5 } : {}}
    >
      {(nested || group.parts.length > 1) && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 0.75, flexWrap: 'wrap' }}>
          <TextField
            select
            value={group.match}
            onChange={(event) => onChange({ ...group, match: event.target.value === 'any' ? 'any' : 'all' })}
            slotProps={{ htmlInput: { 'aria-label': `${name}: how many must hold` } }}
            sx={{ width: 190 }}
          >
            <MenuItem value="all">All of these hold</MenuItem>
            <MenuItem value="any">Any of these holds</MenuItem>
          </TextField>
          {onRemove && (
            <Button color="inherit" onClick={onRemove} aria-label={`Remove ${name}`}>
              Remove group
            </Button>
          )}
        </Box>
      )}
      {!nested && group.parts.length === 0 && (
        <Typography color="textSecondary" sx={{ mb: 1 }}>
          All rows of the table. Add a condition to choose among them.
        </Typography>
      )}
      {group.parts.map((part, index) => {
        const change = (next: Part | undefined) => onChange(withPart(group, part.key, next))
        const place = nested ? `${name}.${index + 1}` : `${index + 1}`
        return isGroup(part) ? (
          <GroupEditor
            key={part.key}
            choosing={choosing}
            group={part}
            depth={depth + 1}
            name={`group ${place.replace('group ', '')}`}
            onChange={change}
            onRemove={() => change(undefined)}
          />
        ) : (
          <ConditionLine
            key={part.key}
            choosing={choosing}
            condition={part.condition}
            name={`condition ${place.replace('group ', '')}`}
            onChange={(condition) => change({ ...part, condition })}
            onRemove={() => change(undefined)}
          />
        )
      })}
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <Button
          startIcon={<Add />}
          onClick={() => add(newLine())}
          aria-label={nested ? `Add a condition to ${name}` : undefined}
        >
          Add a condition
        </Button>
        {depth < deepest && (
          <Button
            startIcon={<Add />}
            onClick={() => add({ ...emptyGroup(group.match === 'all' ? 'any' : 'all'), parts: [newLine()] })}
            aria-label={nested ? `Add a group to ${name}` : undefined}
          >
            Add a group
          </Button>
        )}
      </Box>
    </Box>
  )
}
