import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import type { AppInfo } from '../../preload/api.ts'
import { size } from '../shared/format.ts'

/** Where everything is kept, and how much of it there is. */
export function OnThisComputer({ info }: { info: AppInfo }) {
  const secrets =
    info.secrets === 'keychain'
      ? 'Encrypted; the key is in this computer’s keychain.'
      : (info.secretsNote ?? 'Only until Outflow is closed, because no keychain answers here.')
  const lines = [
    ['Data folder', info.dataFolder],
    ['Disk use', size(info.dataBytes)],
    ['Passwords and keys', secrets],
    ['Version', info.version],
  ]
  return (
    <Paper>
      <Table size="small">
        <TableBody>
          {lines.map(([label, text]) => (
            <TableRow key={label}>
              <TableCell component="th" scope="row" sx={{ width: 180, color: 'text.secondary' }}>
                {label}
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>{text}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Paper>
  )
}
