import type { Migration } from './index.ts'

/** Connections, their sealed secrets, audiences, syncs, runs and settings. */
export const first: Migration = {
  to: 1,
  sql: `
    CREATE TABLE setting (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE connection (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      connector TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('source', 'destination')),
      form TEXT NOT NULL CHECK (json_valid(form)),
      status TEXT NOT NULL,
      tested_as TEXT,
      tested_at TEXT,
      sample INTEGER NOT NULL DEFAULT 0 CHECK (sample IN (0, 1)),
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE secret (
      connection TEXT NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
      field TEXT NOT NULL,
      sealed BLOB NOT NULL,
      PRIMARY KEY (connection, field)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audience (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      connection TEXT NOT NULL REFERENCES connection(id),
      query TEXT NOT NULL CHECK (json_valid(query)),
      unique_id TEXT NOT NULL CHECK (json_valid(unique_id)),
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audience_by_connection ON audience (connection);

    CREATE TABLE sync (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      audience TEXT NOT NULL REFERENCES audience(id),
      destination TEXT NOT NULL REFERENCES connection(id),
      object TEXT NOT NULL,
      mode TEXT NOT NULL,
      key_field TEXT,
      mapping TEXT NOT NULL CHECK (json_valid(mapping)),
      removal TEXT NOT NULL,
      schedule TEXT NOT NULL CHECK (json_valid(schedule)),
      -- When the schedule last fired, or was set: the next run is counted from here.
      scheduled_from TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sync_by_audience ON sync (audience);
    CREATE INDEX sync_by_destination ON sync (destination);

    CREATE TABLE run (
      id TEXT PRIMARY KEY,
      sync TEXT NOT NULL REFERENCES sync(id) ON DELETE CASCADE,
      status TEXT NOT NULL,
      started_by TEXT NOT NULL,
      counts TEXT NOT NULL CHECK (json_valid(counts)),
      read INTEGER NOT NULL,
      guards TEXT NOT NULL CHECK (json_valid(guards)),
      confirmed_at TEXT,
      started_at TEXT NOT NULL,
      planned_at TEXT,
      finished_at TEXT,
      problem TEXT CHECK (json_valid(problem)),
      signature TEXT NOT NULL
    ) STRICT;
    CREATE INDEX run_by_sync ON run (sync, started_at);
    CREATE INDEX run_by_start ON run (started_at);
  `,
}
