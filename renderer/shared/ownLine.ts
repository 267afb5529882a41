/** A line of its own among buttons: as wide as they are together, without making them any wider. */
export const ownLine = { width: 0, minWidth: '100%' } as const
