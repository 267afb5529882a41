import Check from '@mui/icons-material/Check'
import Tune from '@mui/icons-material/Tune'
import Divider from '@mui/material/Divider'
import IconButton from '@mui/material/IconButton'
import ListItemIcon from '@mui/material/ListItemIcon'
import ListItemText from '@mui/material/ListItemText'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { FieldRule } from '../../preload/api.ts'
import type { Line } from './lines.ts'

const rules: { rule: FieldRule; title: string; text: string }[] = [
  { rule: 'always', title: 'Always', text: 'Whatever is there is replaced.' },
  { rule: 'if-empty', title: 'Only if empty there', text: 'What is filled stays.' },
  { rule: 'on-create', title: 'Only when creating', text: 'Records that exist keep theirs.' },
]

type RuleMenuProps = {
  name: string
  line: Line
  readable: boolean
  /** The destination takes values for this field and never shows them. */
  writeOnly: boolean
  onRule: (rule: FieldRule, skipEmpty: boolean) => void
}

/** When this field is written. */
export function RuleMenu({ name, line, readable, writeOnly, onRule }: RuleMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const own = line.rule !== 'always' || line.skipEmpty
  const unknowable = (rule: FieldRule) => rule !== 'always' && (!readable || (rule === 'if-empty' && writeOnly))
  const choose = (rule: FieldRule, skipEmpty: boolean) => {
    onRule(rule, skipEmpty)
    setAnchor(null)
  }
  return (
    <>
      <IconButton
        size="small"
        color={own ? 'primary' : 'default'}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-label={`When ${name} is written`}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Tune fontSize="small" />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {rules.map(({ rule, title, text }) => (
          <MenuItem
            key={rule}
            selected={rule === line.rule}
            disabled={unknowable(rule)}
            onClick={() => choose(rule, line.skipEmpty)}
          >
            <ListItemIcon>{rule === line.rule && <Check fontSize="small" />}</ListItemIcon>
            <ListItemText primary={title} secondary={unknowable(rule) ? 'Outflow cannot read what is there.' : text} />
          </MenuItem>
        ))}
        <Divider />
        <MenuItem onClick={() => choose(line.rule, !line.skipEmpty)}>
          <ListItemIcon>{line.skipEmpty && <Check fontSize="small" />}</ListItemIcon>
          <ListItemText primary="Skip empty values" secondary="An empty value leaves the field as it is there." />
        </MenuItem>
      </Menu>
    </>
  )
}

/** The rule in words, where it is not the usual one. */
export function RuleText({ line }: { line: Line }) {
  const parts = [
    line.rule === 'if-empty' && 'written only if it is empty there',
    line.rule === 'on-create' && 'written only when the record is new',
    line.skipEmpty && 'empty values are skipped',
  ].filter((part) => part !== false)
  if (parts.length === 0) return null
  const text = parts.join(', ')
  return (
    <Typography variant="caption" color="textSecondary" component="div">
      {text.charAt(0).toUpperCase() + text.slice(1)}.
    </Typography>
  )
}
