import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useEffect, useEffectEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Problem } from '../../preload/api.ts'
import { Failed } from '../bridge.ts'
import { isWorkspaceFile, workspacePage } from '../workspace/place.ts'
import { filePage } from './place.ts'
import { useTakeFile } from './useTakeFile.ts'

/** A file can be dropped anywhere on the window; text and links that are dragged go where they always went. */
export function FileDrop() {
  const navigate = useNavigate()
  const [over, setOver] = useState(false)
  const take = useTakeFile()

  const show = (problem: Problem) => void navigate('/files/new', { state: { problem } })
  const drop = useEffectEvent((files: FileList) => {
    const [file] = files
    if (files.length !== 1 || !file) return show(severalFiles(files.length))
    take.mutate(file, {
      onSuccess: ({ path }) => void navigate(isWorkspaceFile(path) ? workspacePage(path) : filePage(path)),
      onError: (error) => show(error instanceof Failed ? error.problem : unknownFile),
    })
  })

  useEffect(() => {
    const listening = new AbortController()
    const on = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      window.addEventListener(
        name,
        (event) => {
          if (event.dataTransfer?.types.includes('Files')) listener(event)
        },
        { signal: listening.signal },
      )
    on('dragenter', (event) => {
      event.preventDefault()
      setOver(true)
    })
    // Without this the window would open the file in place of the app.
    on('dragover', (event) => {
      event.preventDefault()
      setOver(true)
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    })
    on('dragleave', (event) => {
      if (event.relatedTarget === null) setOver(false)
    })
    on('drop', (event) => {
      event.preventDefault()
      setOver(false)
      if (event.dataTransfer) drop(event.dataTransfer.files)
    })
    return () => listening.abort()
  }, [])

  if (!over && !take.isPending) return null
  return (
    <Box
      role="status"
      sx={{
        position: 'fixed',
        inset: 0,
        zIndex: 'tooltip',
        p: 3,
        display: 'grid',
        placeItems: 'center',
        bgcolor: 'color-mix(in srgb, var(--mui-palette-background-default) 82%, transparent)',
      }}
    >
      <Box
        sx={{
          position: 'absolute',
          inset: 16,
          border: '2px dashed',
          borderColor: 'primary.main',
          borderRadius: 2,
          pointerEvents: 'none',
        }}
      />
      <Paper sx={{ p: 4, maxWidth: 520, textAlign: 'center', overflowWrap: 'anywhere', pointerEvents: 'none' }}>
        <Typography variant="h1" component="p" gutterBottom>
          {take.isPending ? `Opening ${take.variables?.name ?? 'the file'}` : 'Drop the file to use it as an audience'}
        </Typography>
        <Typography color="textSecondary">
          {take.isPending
            ? 'A large file takes a moment.'
            : 'CSV, Excel, JSON or Parquet. You see it before anything is made of it.'}
        </Typography>
        {take.isPending && <LinearProgress aria-label="Opening the file" sx={{ mt: 2 }} />}
      </Paper>
    </Box>
  )
}

const severalFiles = (files: number): Problem => ({
  remedy: 'retry',
  message:
    files === 0
      ? 'Nothing that was dropped is a file. Drop a file from a folder of this computer.'
      : `These are ${files} files. Drop them one at a time: each becomes an audience of its own.`,
})

const unknownFile: Problem = { remedy: 'retry', message: 'This file could not be opened. Drop it again.' }
