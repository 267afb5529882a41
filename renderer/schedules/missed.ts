import type { MissedPolicy } from '../../preload/api.ts'

/** What may become of times that were missed, as a name and a sentence. */
export const missedChoices: { value: MissedPolicy; title: string; text: string }[] = [
  { value: 'run', title: 'Run once afterwards', text: 'However many times were missed, it runs once, and says so.' },
  { value: 'skip', title: 'Skip it', text: 'It waits for the next time.' },
  { value: 'ask', title: 'Ask me', text: 'Home asks whether to run it now or to skip it.' },
]
