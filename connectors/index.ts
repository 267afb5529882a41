import { csvFile } from './destinations/csv-file/index.ts'
import { hubspot } from './destinations/hubspot/index.ts'
import { mailchimp } from './destinations/mailchimp/index.ts'
import { postgresTable } from './destinations/postgres-table/index.ts'
import { practiceCrm } from './destinations/practice-crm/index.ts'
import { salesforce } from './destinations/salesforce/index.ts'
import { slack } from './destinations/slack/index.ts'
import { webhook } from './destinations/webhook/index.ts'
import { file } from './sources/files/index.ts'
import { postgres } from './sources/postgres/index.ts'
import { snowflake } from './sources/snowflake/index.ts'
import { sqlite } from './sources/sqlite/index.ts'
import type { Connector } from './types.ts'

/** Every product that can be connected, in the order in which they are offered. */
export const connectors: readonly Connector[] = [
  sqlite,
  postgres,
  snowflake,
  file,
  practiceCrm,
  hubspot,
  salesforce,
  mailchimp,
  slack,
  csvFile,
  postgresTable,
  webhook,
]
