import ToggleButton from '@mui/material/ToggleButton'
import Tooltip from '@mui/material/Tooltip'
import type { ColumnCondition } from '../../../preload/api.ts'

type Cased = Extract<ColumnCondition, { matchCase?: true }>
type MatchCaseProps = { condition: Cased; name: string; onChange: (condition: Cased) => void }

/** Whether A and a are told apart. */
export function MatchCase({ condition, name, onChange }: MatchCaseProps) {
  const { matchCase, ...rest } = condition
  const label = matchCase ? 'A and a are told apart' : 'A and a are the same'
  return (
    <Tooltip title={label} describeChild>
      <ToggleButton
        size="small"
        value="case"
        selected={matchCase === true}
        aria-label={`Tell A and a apart in ${name}`}
        onChange={() => onChange(matchCase ? rest : { ...condition, matchCase: true })}
        sx={{ textTransform: 'none', height: 36, px: 1 }}
      >
        Aa
      </ToggleButton>
    </Tooltip>
  )
}
