import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'

type Part = { name: string; here: boolean }
type PartsProps<P extends Part> = { title: string; parts: P[]; about: (part: P) => string }

/** The connections, audiences or syncs of a file; nothing where it has none. */
export function Parts<P extends Part>({ title, parts, about }: PartsProps<P>) {
  if (parts.length === 0) return null
  return (
    <section>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {title}
      </Typography>
      <Paper>
        <Table size="small" sx={{ tableLayout: 'fixed' }} aria-label={title}>
          <TableBody>
            {parts.map((part) => (
              <TableRow key={part.name}>
                <TableCell dir="auto" sx={{ overflowWrap: 'anywhere', width: '40%' }}>
                  {part.name}
                </TableCell>
                <TableCell dir="auto" sx={{ overflowWrap: 'anywhere', color: 'text.secondary' }}>
                  {about(part)}
                </TableCell>
                <TableCell sx={{ width: 210 }}>{part.here ? 'Here already, stays as it is' : 'New'}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
    </section>
  )
}
