/** The destinations under test, each with a real other side: a file, a folder, a PostgreSQL server, a loopback web server. */
import { startCsvFile } from './subjects/csv-file.ts'
import { startHubspot } from './subjects/hubspot.ts'
import { startMailchimp } from './subjects/mailchimp.ts'
import { startPostgresTable } from './subjects/postgres-table.ts'
import { startPracticeCrm } from './subjects/practice-crm.ts'
import { startSalesforce } from './subjects/salesforce.ts'
import { startSlack } from './subjects/slack.ts'
import type { Subject } from './subjects/subject.ts'
import { startWebhook } from './subjects/webhook.ts'

/** Each by the name under which its tests run. A new destination adds one line here and a file beside those. */
export const subjects: Record<string, () => Promise<Subject>> = {
  'Practice CRM': startPracticeCrm,
  'CSV file': startCsvFile,
  'PostgreSQL table': startPostgresTable,
  Webhook: startWebhook,
  HubSpot: startHubspot,
  Salesforce: startSalesforce,
  Mailchimp: startMailchimp,
  Slack: startSlack,
}
