/** What the tests of this source share: the double, on which the suite for all sources runs as well. */
import { type SnowflakeDouble, startSnowflake } from '../../testing/snowflake/double.ts'
import type { SourceFixture } from '../../testing/source-fixtures.ts'
import { testContext } from '../../testing/sources.ts'
import { snowflake } from './index.ts'

export function snowflakeFixture(): SourceFixture {
  let double: SnowflakeDouble
  const secrets: string[] = []
  return {
    name: 'Snowflake',
    async start() {
      double = await startSnowflake()
      secrets.push(double.account.accessToken, 'session-token', 'master-token')
    },
    stop: () => double.close(),
    execute: (sql) => double.execute(sql),
    // A session in the account's database, so that SQL may leave it out.
    open: (signal) => snowflake.open({ ...double.values, database: 'shop', schema: 'public' }, testContext(signal)),
    path: (table) => ['SHOP', 'PUBLIC', table],
    secrets,
    types: [
      ['NUMBER(38,0)', '9007199254740993', 'integer', '9007199254740993'],
      ['NUMBER(38,0)', '-99999999999999999999999999999999999999', 'integer', '-99999999999999999999999999999999999999'],
      ['NUMBER(5,0)', '-7', 'integer', -7],
      ['NUMBER(30,10)', '12345678901234567890.0123456789', 'decimal', '12345678901234567890.0123456789'],
      ['NUMBER(10,2)', '12.5', 'decimal', '12.50'],
      ['FLOAT', '0.1::FLOAT + 0.2::FLOAT', 'float', 0.30000000000000004],
      ['FLOAT', '1e300', 'float', 1e300],
      ['FLOAT', '-0.1', 'float', -0.1],
      ['FLOAT', '9007199254740993', 'float', 9007199254740992],
      ['FLOAT', "'NaN'", 'float', 'NaN'],
      ['FLOAT', "'-inf'", 'float', '-Infinity'],
      ['BOOLEAN', 'true', 'boolean', true],
      ['BOOLEAN', 'false', 'boolean', false],
      ['VARCHAR', "'NULL'", 'text', 'NULL'],
      ['VARCHAR', "''", 'text', ''],
      ['VARCHAR', "'null'", 'text', 'null'],
      ['DATE', "'0001-01-01'", 'date', '0001-01-01'],
      ['DATE', "'9999-12-31'", 'date', '9999-12-31'],
      ['TIME(9)', "'23:59:59.5'", 'time', '23:59:59.5'],
      ['TIME(9)', "'10:00:00'", 'time', '10:00:00'],
      ['TIMESTAMP_NTZ(9)', "'2024-01-02 03:04:05.123456789'", 'timestamp', '2024-01-02T03:04:05.123456789'],
      ['TIMESTAMP_NTZ(9)', "'2024-01-02 00:00:00'", 'timestamp', '2024-01-02T00:00:00'],
      ['TIMESTAMP_LTZ(9)', "'2024-01-02 03:04:05.123456+13'", 'instant', '2024-01-01T14:04:05.123456Z'],
      [
        'TIMESTAMP_TZ(9)',
        "zoned('2024-01-02 03:04:05.123456789', '+13:00')",
        'instant',
        '2024-01-02T03:04:05.123456789+13:00',
      ],
      ['TIMESTAMP_TZ(9)', "zoned('2024-01-02 03:04:05', '+00:00')", 'instant', '2024-01-02T03:04:05Z'],
      ['TIMESTAMP_TZ(9)', "zoned('2024-01-02 03:04:05.1', '-03:30')", 'instant', '2024-01-02T03:04:05.1-03:30'],
      ['VARIANT', `'{"n": 9007199254740993, "a": [1.5, null]}'`, 'json', { n: '9007199254740993', a: [1.5, null] }],
      ['VARIANT', `'"text\\n"'`, 'json', 'text\n'],
      ['VARIANT', `'1.100000000000000e+00'`, 'json', 1.1],
      ['ARRAY', `['"a"', 'null', '2']`, 'json', ['a', null, 2]],
      ['OBJECT', `MAP {'a': '1'::JSON, 'b c': '"x"'::JSON}`, 'json', { a: 1, 'b c': 'x' }],
      ['BINARY', "'\\x00\\xff\\x10'", 'bytes', 'AP8Q'],
    ],
  }
}
