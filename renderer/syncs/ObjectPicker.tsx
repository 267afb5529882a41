import Autocomplete from '@mui/material/Autocomplete'
import TextField from '@mui/material/TextField'
import type { DestinationObject } from '../../preload/api.ts'
import { firstOptions } from '../shared/firstOptions.ts'

type ObjectPickerProps = {
  objects: DestinationObject[]
  chosen: string | undefined
  onChoose: (object: string) => void
}

/** An object of the destination; where objects are made by writing to them (files), a new name can be typed. */
export function ObjectPicker({ objects, chosen, onChoose }: ObjectPickerProps) {
  const open = objects.some(({ openName }) => openName)
  const labels = new Map(objects.map((object) => [object.id, object.label]))
  // Whoever types the name that is shown means that object, not a new one.
  const idOf = (typed: string) => objects.find(({ id, label }) => typed === id || typed === label)?.id ?? typed
  return (
    <Autocomplete
      freeSolo={open}
      disableClearable
      forcePopupIcon
      autoSelect={open}
      size="small"
      options={objects.map(({ id }) => id)}
      filterOptions={firstOptions}
      getOptionKey={(id) => id}
      getOptionLabel={(id) => labels.get(id) ?? id}
      value={chosen ?? ''}
      onChange={(_, next) => next && onChoose(idOf(next))}
      sx={{ mb: 2.5 }}
      renderInput={(props) => (
        <TextField
          {...props}
          label="Object"
          required
          helperText={open ? 'Choose one, or type the name of a new one.' : 'What the rows become there.'}
        />
      )}
    />
  )
}
