import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Updates } from './Updates.tsx'

/** Newer versions, and licences. */
export function About() {
  return (
    <Paper>
      <Table size="small">
        <TableBody>
          <Line label="Updates">
            <Updates />
          </Line>
          <Line label="Licences">
            <Box
              sx={{ display: 'flex', gap: 1, alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' }}
            >
              Outflow is made with the work of many others.
              <Button component={Link} to="/licences">
                Show the licences
              </Button>
            </Box>
          </Line>
        </TableBody>
      </Table>
    </Paper>
  )
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <TableRow>
      <TableCell component="th" scope="row" sx={{ width: 180, color: 'text.secondary' }}>
        {label}
      </TableCell>
      <TableCell>{children}</TableCell>
    </TableRow>
  )
}
