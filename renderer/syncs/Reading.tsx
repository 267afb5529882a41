import type { DestinationObject } from '../../preload/api.ts'
import { Choice } from './Choice.tsx'
import type { PartialSync } from './steps.ts'

type ReadingProps = { draft: PartialSync; object: DestinationObject; onChange: (next: Partial<PartialSync>) => void }

const keyed: readonly PartialSync['mode'][] = ['update', 'insert', 'upsert', 'mirror', 'membership']

/** What depends on knowing what the destination holds: asked only where it can be read and records are found by a field. */
export function Reading({ draft, object, onChange }: ReadingProps) {
  if (!object.readable || !keyed.includes(draft.mode)) return null
  return (
    <>
      {draft.mode !== 'membership' && draft.mode !== 'insert' && (
        <Choice
          label="When someone changed a value there"
          value={draft.edits}
          options={[
            {
              value: 'keep',
              title: 'Leave it as it is',
              text: 'A value that someone changed there after Outflow last wrote it is shown in the plan and kept.',
            },
            { value: 'overwrite', title: 'Overwrite it', text: 'The audience is always right.' },
          ]}
          onChange={(edits) => onChange({ edits: edits as PartialSync['edits'] })}
        />
      )}
      <Choice
        label="The first time"
        value={draft.firstRun}
        options={[
          { value: 'send-all', title: 'Send everything', text: 'Every row of the audience is sent once.' },
          {
            value: 'adopt',
            title: 'Take over what is there',
            text: 'Records that are there already, exactly so, count as sent. Only real differences are sent.',
          },
        ]}
        onChange={(firstRun) => onChange({ firstRun: firstRun as PartialSync['firstRun'] })}
      />
    </>
  )
}
