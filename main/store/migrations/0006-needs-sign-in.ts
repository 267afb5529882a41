import type { Migration } from './index.ts'

/** Which connection does not let a run in. Until now only those that wait for their destination said so by their status. */
export const needsSignIn: Migration = {
  to: 6,
  sql: `
    ALTER TABLE run ADD COLUMN needs_sign_in TEXT;
    UPDATE run SET needs_sign_in = (SELECT destination FROM sync WHERE sync.id = run.sync)
    WHERE status = 'waiting' AND problem ->> '$.remedy' = 'reconnect';
  `,
}
