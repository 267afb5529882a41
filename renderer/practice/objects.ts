/** What the Practice CRM holds, in the words of its own pages. */
export const practiceObjects = [
  {
    id: 'contacts',
    label: 'Contacts',
    one: 'record',
    /** Whether a record can be archived instead of deleted. */
    archives: true,
    /** What its time says. */
    time: 'Changed',
    empty: { title: 'No records yet', text: 'Push a sync to the Practice CRM to see its records here.' },
  },
  {
    id: 'companies',
    label: 'Companies',
    one: 'record',
    archives: true,
    time: 'Changed',
    empty: { title: 'No records yet', text: 'Push a sync to the object Companies to see its records here.' },
  },
  {
    id: 'newsletter',
    label: 'Newsletter list',
    one: 'member',
    archives: false,
    time: 'Contact changed',
    empty: {
      title: 'Nobody is on the list yet',
      text: 'A sync to the object Newsletter list adds who enters an audience and takes off who leaves it. Only contacts that are here can be on it.',
    },
  },
  {
    id: 'notes',
    label: 'Notes',
    one: 'note',
    archives: false,
    time: 'Added',
    empty: {
      title: 'No notes yet',
      text: 'A sync to the object Notes adds one for each new row, once. A note is never changed or taken back.',
    },
  },
] as const

export type PracticeObject = (typeof practiceObjects)[number]
