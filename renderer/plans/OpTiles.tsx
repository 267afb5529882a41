import type { Op, RunCounts } from '../../preload/api.ts'
import { CountTile, Tiles, type Tone } from '../shared/CountTile.tsx'

type Tile = {
  op: Op
  of: 'added' | 'changed' | 'removed' | 'invalid' | 'excluded' | 'adopted'
  label: string
  tone: Tone
  /** Shown only where there are some. */
  rare?: true
}

const tiles: Tile[] = [
  { op: 'add', of: 'added', label: 'Add', tone: 'good' },
  { op: 'change', of: 'changed', label: 'Change', tone: 'plain' },
  { op: 'remove', of: 'removed', label: 'Remove', tone: 'bad' },
  { op: 'invalid', of: 'invalid', label: 'Invalid, not sent', tone: 'warn' },
  { op: 'excluded', of: 'excluded', label: 'Left alone', tone: 'plain', rare: true },
  { op: 'adopt', of: 'adopted', label: 'Already there', tone: 'plain', rare: true },
]

type OpTilesProps = { counts: RunCounts; chosen: Op | undefined; onChoose: (op: Op | undefined) => void }

/** The plan in numbers; one filters the list, pressed again it does not. */
export function OpTiles({ counts, chosen, onChoose }: OpTilesProps) {
  return (
    <Tiles label="Filter by kind of change">
      {tiles
        .filter(({ of, rare }) => !rare || counts[of] > 0)
        .map(({ op, of, label, tone }) => (
          <CountTile
            key={op}
            label={label}
            tone={tone}
            value={counts[of]}
            selected={chosen === op}
            onClick={() => onChoose(chosen === op ? undefined : op)}
          />
        ))}
      <CountTile
        label="Unchanged, not sent"
        value={counts.unchanged}
        why="These rows are as they were sent last. They are counted and not kept, so they cannot be listed."
      />
    </Tiles>
  )
}
