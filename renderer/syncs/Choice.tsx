import Box from '@mui/material/Box'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormLabel from '@mui/material/FormLabel'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import Typography from '@mui/material/Typography'
import { useId } from 'react'

type Option = { value: string; title: string; text: string }
type ChoiceProps = { label: string; value: string | undefined; options: Option[]; onChange: (value: string) => void }

/** One of several, each a name with a sentence. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  // The words of the label would be several ids.
  const id = useId()
  return (
    <Box sx={{ mb: 2.5 }}>
      <FormLabel id={id} sx={{ fontSize: 13, fontWeight: 600, color: 'text.primary' }}>
        {label}
      </FormLabel>
      <RadioGroup aria-labelledby={id} value={value ?? ''} onChange={(_, next) => onChange(next)}>
        {options.map((option) => (
          <FormControlLabel
            key={option.value}
            value={option.value}
            control={<Radio size="small" />}
            sx={{ alignItems: 'flex-start', mt: 0.5, mr: 0 }}
            label={
              <Box sx={{ pt: 0.75 }}>
                <Typography variant="h3" component="span" sx={{ overflowWrap: 'anywhere' }}>
                  {option.title}
                </Typography>
                <Typography color="textSecondary" component="span" sx={{ display: 'block', fontSize: 13 }}>
                  {option.text}
                </Typography>
              </Box>
            }
          />
        ))}
      </RadioGroup>
    </Box>
  )
}
