import Box from '@mui/material/Box'
import { type KeyboardEvent, useState } from 'react'
import { Link } from 'react-router'
import type { Run } from '../../preload/api.ts'
import { pageOf } from '../shared/RunTable.tsx'
import { type Bar, barsOf, barText, MOST_BARS } from './bars.ts'

/** Room above the bars for the mark of a failed run, and the baseline, in pixels. */
const ABOVE = 8
const BASE = 1

type RunChartProps = {
  /** Read aloud: what it shows. */
  label: string
  /** Newest first; undefined while they come. */
  runs: readonly Run[] | undefined
  /** Of a bar with the gap beside it, in pixels. */
  slot: number
  height: number
}

/** Runs as bars, the newest on the right: accepted, refused and unknown rows, a cross over a run that failed. Each opens its run. */
export function RunChart({ label, runs = [], slot, height }: RunChartProps) {
  const bars = barsOf(runs, height)
  const [focused, setFocused] = useState<string>()
  // One stop of the Tab key; the arrows go from bar to bar.
  const stop = bars.find(({ run }) => run.id === focused) ?? bars.at(-1)
  const whole = ABOVE + height + BASE
  return (
    <Box
      component="svg"
      role="group"
      aria-label={label}
      viewBox={`0 0 ${MOST_BARS * slot} ${whole}`}
      onKeyDown={move}
      sx={{
        display: 'block',
        width: MOST_BARS * slot,
        maxWidth: '100%',
        overflow: 'visible',
        '& .accepted': { fill: 'var(--mui-palette-success-main)' },
        '& .refused': { fill: 'var(--mui-palette-error-main)' },
        '& .unknown': { fill: 'var(--mui-palette-warning-main)' },
        '& .base': { fill: 'var(--mui-palette-divider)' },
        '& .quiet': { fill: 'var(--mui-palette-text-secondary)' },
        '& .failed': { stroke: 'var(--mui-palette-error-main)', strokeWidth: 1.5, fill: 'none' },
        '& .slot': { fill: 'transparent' },
        '& a:hover .slot': { fill: 'var(--mui-palette-action-hover)' },
        // Around an element of a drawing the browser draws a ring of its own.
        '& a:focus-visible': { outline: 'none' },
        '& a:focus-visible .slot': { stroke: 'var(--mui-palette-primary-main)', strokeWidth: 2 },
      }}
    >
      <rect className="base" y={whole - BASE} width={MOST_BARS * slot} height={BASE} />
      {bars.map((bar, index) => (
        <Link
          key={bar.run.id}
          to={pageOf(bar.run)}
          aria-label={barText(bar.run)}
          tabIndex={bar === stop ? 0 : -1}
          onFocus={() => setFocused(bar.run.id)}
        >
          <title>{barText(bar.run)}</title>
          <g transform={`translate(${index * slot} 0)`} opacity={bar.run.rehearsal ? 0.5 : 1}>
            <rect className="slot" width={slot} height={whole} />
            <Parts bar={bar} width={slot - Math.max(2, Math.round(slot / 4))} bottom={whole - BASE} />
          </g>
        </Link>
      ))}
    </Box>
  )
}

function Parts({ bar, width, bottom }: { bar: Bar; width: number; bottom: number }) {
  const { accepted, refused, unknown, run } = bar
  const top = bottom - accepted - refused - unknown
  const middle = width / 2
  return (
    <>
      {top === bottom && <rect className="quiet" y={bottom - 1} width={width} height={1} />}
      <rect className="accepted" y={bottom - accepted} width={width} height={accepted} />
      <rect className="refused" y={bottom - accepted - refused} width={width} height={refused} />
      <rect className="unknown" y={top} width={width} height={unknown} />
      {run.status === 'failed' && <path className="failed" d={`M${middle - 2.5} ${top - 7}l5 5m-5 0l5 -5`} />}
    </>
  )
}

/** Left and right, to the first and to the last. */
function move(event: KeyboardEvent<SVGSVGElement>): void {
  const links = [...event.currentTarget.querySelectorAll('a')]
  const now = links.findIndex((link) => link.matches(':focus'))
  const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: links.length - 1 }[event.key]
  const link = next === undefined ? undefined : links[next]
  if (now < 0 || !link) return
  event.preventDefault()
  link.focus()
}
