import { expect, test } from 'vitest'
import { type Dialect, fromSql, oneSelect, quoteName, quotePath } from './sql.ts'

test('a name with quotes stays one name', () => {
  expect(quotePath(['my "schema"', '1; drop'])).toBe('"my ""schema"""."1; drop"')
  expect(() => quoteName('a\0b')).toThrow('name')
  expect(() => quoteName('')).toThrow('name')
})

const accepted: [Dialect, string, string][] = [
  ['sqlite', 'select 1;', 'select 1'],
  ['sqlite', ' SELECT 1 ; ; -- done;', ' SELECT 1 '],
  ['sqlite', '-- a; b\nselect 1', '-- a; b\nselect 1'],
  ['sqlite', 'select 1 -- the end', 'select 1 -- the end'],
  ['sqlite', 'select \';\' , "a;b", `c;d`, [e;f(]', 'select \';\' , "a;b", `c;d`, [e;f(]'],
  ['sqlite', "select 'it''s; fine'", "select 'it''s; fine'"],
  ['sqlite', '/* ; ( */ with x as (select 1) select * from x', '/* ; ( */ with x as (select 1) select * from x'],
  ['postgres', 'select $$;($$, $tag$ $$;( $tag$;', 'select $$;($$, $tag$ $$;( $tag$'],
  ['postgres', "select E'\\';(', e'\\\\';", "select E'\\';(', e'\\\\'"],
  ['postgres', "select 'a\\';", "select 'a\\'"],
  ['postgres', '/* a /* ; */ ; ( */ values (1)', '/* a /* ; */ ; ( */ values (1)'],
  ['postgres', '((select 1)) union (select 2)', '((select 1)) union (select 2)'],
  ['postgres', 'select a$1, b[1] from größe$x', 'select a$1, b[1] from größe$x'],
  ['snowflake', "select 'it\\'s; fine', 'a\\\\';", "select 'it\\'s; fine', 'a\\\\'"],
  ['snowflake', "select $$;('$$ // ; (\n from t;", "select $$;('$$ // ; (\n from t"],
  ['snowflake', 'select src:a.b[0]::string from t', 'select src:a.b[0]::string from t'],
]

test.each(accepted)('%s: %j is one SELECT', (dialect, sql, kept) => {
  expect(oneSelect(sql, dialect)).toBe(kept)
})

const refused: [Dialect, string, string][] = [
  ['postgres', 'select 1; select 2', 'several statements'],
  ['postgres', 'select 1; drop table customers;', 'several statements'],
  ['sqlite', "select ';'; delete from t", 'several statements'],
  ['postgres', 'insert into t values (1)', 'Only a SELECT'],
  ['sqlite', 'PRAGMA user_version', 'Only a SELECT'],
  ['sqlite', '   ', 'empty'],
  ['sqlite', ';', 'empty'],
  ['sqlite', '-- nothing', 'empty'],
  ['postgres', "select 1,\n 'open", 'line 2'],
  ['postgres', 'select 1 /* /* */', 'never closed'],
  ['postgres', 'select $a$ $b$', 'never closed'],
  ['postgres', 'select 1) as x, (select 2', 'never opened'],
  ['postgres', 'select (1', 'never closed'],
  ['snowflake', "select 'a\\'", 'never closed'],
  ['snowflake', 'show tables ->> select * from $1', 'Only a SELECT'],
  ['snowflake', "select 'a'; call drop_all()", 'several statements'],
]

test.each(refused)('%s: %j is refused in plain words', (dialect, sql, words) => {
  expect(() => oneSelect(sql, dialect)).toThrow(words)
})

test("the user's SQL may end in a comment without swallowing what follows", () => {
  expect(fromSql({ kind: 'sql', sql: 'select 1 -- x' }, 'postgres')).toBe('(\nselect 1 -- x\n) AS q')
})
