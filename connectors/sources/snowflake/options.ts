import { ProblemError } from '../../problems.ts'
import { accountOf } from './account.ts'
import { privateKeyPem, readKeyFile } from './key.ts'
import { type ConnectionOptions, commonOptions } from './sdk.ts'
import { identifier, nameOf, type SnowflakeValues, settings } from './settings.ts'

/** What the driver is given for a form. Must never be logged. @throws ProblemError (reconnect) that names the setting */
export async function optionsOf(values: SnowflakeValues): Promise<ConnectionOptions> {
  const { account, url } = accountOf(needed(values, 'account'), values.host)
  const place = Object.fromEntries(
    (['role', 'warehouse', 'database', 'schema'] as const).flatMap((setting) => {
      const name = nameOf(values[setting])
      return name === undefined ? [] : [[setting, identifier(name)]]
    }),
  )
  return {
    ...commonOptions,
    account,
    accessUrl: url,
    username: needed(values, 'user').trim(),
    ...(await credentialsOf(values)),
    ...place,
  }
}

async function credentialsOf(values: SnowflakeValues): Promise<ConnectionOptions> {
  switch (values.how) {
    case 'token':
      return { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: needed(values, 'token').trim() }
    case 'browser':
      return { authenticator: 'EXTERNALBROWSER' }
    case 'password':
      return { authenticator: 'SNOWFLAKE', password: needed(values, 'password') }
    default: {
      const text =
        values.keyFrom === 'text' ? needed(values, 'key') : await readKeyFile(needed(values, 'keyFile').trim())
      return { authenticator: 'SNOWFLAKE_JWT', privateKey: privateKeyPem(text, values.passphrase) }
    }
  }
}

function needed(
  values: SnowflakeValues,
  setting: 'account' | 'user' | 'token' | 'password' | 'key' | 'keyFile',
): string {
  const value = values[setting]
  if (value?.trim()) return value
  throw new ProblemError({ remedy: 'reconnect', message: `${settings[setting].label}: enter one.` })
}
