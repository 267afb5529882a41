import SearchOutlined from '@mui/icons-material/SearchOutlined'
import Box from '@mui/material/Box'
import InputAdornment from '@mui/material/InputAdornment'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useState } from 'react'
import { useCall } from '../bridge.ts'
import { Page } from '../shared/Page.tsx'
import { Charts } from './Charts.tsx'
import { Mentions } from './Mentions.tsx'
import { RunList } from './RunList.tsx'
import { useSearchText } from './useSearchText.ts'

/** Every run of every sync, newest first; or everything that was sent about one record. */
export default function HistoryPage() {
  const [sync, setSync] = useState('')
  const syncs = useCall('syncs.list', {})
  const { text, setText, wanted } = useSearchText()
  return (
    <Page wide title="History" about="What ran, and what became of it.">
      <Box role="search" sx={{ display: 'flex', gap: 1.5, mb: 2, flexWrap: 'wrap' }}>
        <TextField
          type="search"
          label="What did we send about …?"
          placeholder="An email address, a name or a unique id"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={({ key }) => {
            if (key === 'Escape') setText('')
          }}
          slotProps={{
            inputLabel: { shrink: true },
            htmlInput: { maxLength: 500 },
            input: {
              startAdornment: (
                <InputAdornment position="start">
                  <SearchOutlined fontSize="small" />
                </InputAdornment>
              ),
            },
          }}
          sx={{ flex: '1 1 320px', maxWidth: 480 }}
        />
        {!wanted && (
          <TextField
            select
            label="Sync"
            value={sync}
            onChange={(event) => setSync(event.target.value)}
            slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
            sx={{ flex: '0 1 320px' }}
          >
            <MenuItem value="">All syncs</MenuItem>
            {syncs.data?.map(({ id, name }) => (
              <MenuItem key={id} value={id}>
                {name}
              </MenuItem>
            ))}
          </TextField>
        )}
      </Box>
      {wanted ? (
        <Mentions text={wanted} onClear={() => setText('')} />
      ) : (
        <>
          <Charts syncs={syncs.data ?? []} chosen={sync} onChoose={setSync} />
          <RunList sync={sync} />
        </>
      )}
    </Page>
  )
}
