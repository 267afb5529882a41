import { createFilterOptions } from '@mui/material/Autocomplete'

/** The options that hold what is typed, the first 200 of them: a table may have 10,000 columns, a list draws all it is given. */
export const firstOptions = createFilterOptions<string>({ limit: 200 })
