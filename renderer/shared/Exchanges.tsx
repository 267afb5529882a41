import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import type { KeptExchange } from '../../preload/api.ts'
import { CopyButton } from './CopyButton.tsx'
import { moment } from './format.ts'
import { splitAt } from './splitAt.ts'

type ExchangesProps = {
  exchanges: KeptExchange[]
  /** A value of the row that is asked about: a request of hundreds of rows opens where it is. */
  mark?: string
}

/** Requests with their answers, newest first, exactly as they were; secrets are masked before they come here. */
export function Exchanges({ exchanges, mark = '' }: ExchangesProps) {
  /** Of several each has a name of its own, in the order in which they went. */
  const named = (what: string, index: number): string =>
    exchanges.length > 1 ? `${what} ${exchanges.length - index}` : what
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {exchanges.map(({ at, request, response }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two tries of one moment may be the same to the letter
        <Box key={`${at} ${index}`}>
          <Typography variant="caption" color="textSecondary" component="p" sx={{ mb: 0.5 }}>
            {moment(at)}
          </Typography>
          <Box
            sx={{
              display: 'grid',
              gap: 1,
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
            }}
          >
            <Raw title={named('Request', index)} text={request} at={at} mark={mark} />
            <Raw title={named('Answer', index)} text={response} at={at} mark={mark} />
          </Box>
        </Box>
      ))}
    </Box>
  )
}

function Raw({ title, text, at, mark }: { title: string; text: string; at: string; mark: string }) {
  const heading = useId()
  const [before, hit, after] = splitAt(text, mark)
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between' }}>
        <Typography id={heading} variant="h3" component="p">
          {title}
        </Typography>
        <CopyButton text={text} name={`${title.toLowerCase()} of ${moment(at)}`} />
      </Box>
      <Box
        component="pre"
        // Long ones are scrolled, also with the keyboard.
        tabIndex={0}
        role="region"
        aria-labelledby={heading}
        sx={{
          m: 0,
          p: 1,
          // What is marked is measured from here.
          position: 'relative',
          maxHeight: 280,
          overflow: 'auto',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
          bgcolor: 'background.paper',
          fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
          fontSize: 12,
          lineHeight: 1.5,
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
        }}
      >
        {before}
        {hit && (
          <Box
            component="mark"
            ref={showInside}
            sx={{ bgcolor: 'primary.main', color: 'primary.contrastText', borderRadius: 0.5, px: 0.25 }}
          >
            {hit}
          </Box>
        )}
        {after}
      </Box>
    </Box>
  )
}

/** Scrolls the box around it, not the page, and leaves a few lines before it. */
function showInside(element: HTMLElement | null): void {
  if (element?.parentElement) element.parentElement.scrollTop = element.offsetTop - 60
}
