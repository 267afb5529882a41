/** Snowflake's own driver, loaded when a connection is opened for the first time: it is large, and most people have no Snowflake. */
import type Snowflake from 'snowflake-sdk'

export type Sdk = typeof Snowflake
export type Connection = Snowflake.Connection
export type ConnectionOptions = Snowflake.ConnectionOptions
export type Statement = Snowflake.RowStatement

let loading: Promise<Sdk> | undefined

/** The driver, silent and keeping to itself. */
export function loadSdk(): Promise<Sdk> {
  loading ??= load()
  return loading
}

async function load(): Promise<Sdk> {
  // Read while the driver loads and connects; there is no other way to say so. Without them it asks the clouds' metadata
  // services and AWS where it runs, loads a native library that does nothing yet, and reports how people spell their account.
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION ??= 'true'
  process.env.SNOWFLAKE_DISABLE_MINICORE ??= 'true'
  process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE ??= 'true'
  const { default: sdk } = await import('snowflake-sdk')
  const silent = () => {}
  sdk.configure({
    // It would write snowflake.log into the working directory.
    logLevel: 'OFF',
    customLogger: { error: silent, warn: silent, info: silent, debug: silent, trace: silent },
    // Its own parser evaluates what is not JSON as JavaScript. Values come as texts anyway.
    jsonColumnVariantParser: (text) => text,
    // A certificate that is known to be revoked is refused; where nobody can be asked it is taken, as Snowflake's other drivers do.
    ocspFailOpen: true,
    // HTTPS_PROXY and NO_PROXY.
    useEnvProxy: true,
  })
  return sdk
}

/** What every connection has in common. */
export const commonOptions: ConnectionOptions = {
  application: 'Outflow',
  queryTag: 'outflow',
  rowMode: 'array',
  // Rows are fetched from the cloud's storage as they are read, one chunk ahead.
  streamResult: true,
  resultPrefetch: 1,
  rowStreamHighWaterMark: 2_000,
  // Exact digits, and NULL as null rather than as the text NULL.
  fetchAsString: ['Boolean', 'Number', 'Date', 'JSON', 'Buffer'],
  representNullAsStringNull: false,
  // A wrong name is not looked up for minutes.
  sfRetryMaxLoginRetries: 2,
  // None: otherwise a file in the person's home may turn the driver's own log on.
  clientConfigFile: '',
  // In milliseconds, a little less than a screen waits.
  browserActionTimeout: 110_000,
}
