import type { Op, RunCounts } from '../../preload/api.ts'
import { CountTile, Tiles, type Tone } from '../shared/CountTile.tsx'

const tiles: { op: Op; of: 'added' | 'changed' | 'removed' | 'invalid'; label: string; tone: Tone }[] = [
  { op: 'add', of: 'added', label: 'Add', tone: 'good' },
  { op: 'change', of: 'changed', label: 'Change', tone: 'plain' },
  { op: 'remove', of: 'removed', label: 'Remove', tone: 'bad' },
  { op: 'invalid', of: 'invalid', label: 'Invalid, not sent', tone: 'warn' },
]

type OpTilesProps = { counts: RunCounts; chosen: Op | undefined; onChoose: (op: Op | undefined) => void }

/** The plan in numbers; one filters the list, pressed again it does not. */
export function OpTiles({ counts, chosen, onChoose }: OpTilesProps) {
  return (
    <Tiles label="Filter by kind of change">
      {tiles.map(({ op, of, label, tone }) => (
        <CountTile
          key={op}
          label={label}
          tone={tone}
          value={counts[of]}
          selected={chosen === op}
          onClick={() => onChoose(chosen === op ? undefined : op)}
        />
      ))}
      <CountTile label="Unchanged, not sent" value={counts.unchanged} />
    </Tiles>
  )
}
