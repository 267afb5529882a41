/** The two lines between preload/electron.ts and main/electron/calls.ts. There is no third one. */
export const channels = {
  /** invoke(method, input) → Answer */
  call: 'outflow:call',
  /** send(event, payload) */
  event: 'outflow:event',
} as const
