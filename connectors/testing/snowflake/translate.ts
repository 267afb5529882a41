/** Snowflake's SQL as DuckDB's, as far as the source and its tests speak it. What is in quotes stays what it is. */

/** Macros with Snowflake's names, made once for each database that stands in for an account. */
export const macros = `
  CREATE MACRO collated(x, specification) AS x::VARCHAR;
  CREATE MACRO to_variant(x) AS x;
  CREATE MACRO json_text(x) AS to_json(x)::VARCHAR;
  CREATE MACRO hex_encode(x, upper_case) AS CASE upper_case WHEN 1 THEN hex(x) ELSE lower(hex(x)) END;
  CREATE MACRO convert_timezone(zone, x) AS CASE zone WHEN 'UTC' THEN x::VARCHAR ELSE error('another zone') END;
  CREATE MACRO zoned(moment, distance) AS {'local': moment::TIMESTAMP_NS, 'offset': distance::VARCHAR};
  CREATE MACRO clock_of(text) AS regexp_extract(text, '\\d\\d:\\d\\d:\\d\\d') || '.' || rpad(regexp_extract(text, '\\.(\\d+)', 1), 9, '0');
  CREATE MACRO day_of(text) AS regexp_extract(text, '\\d{4}-\\d\\d-\\d\\d');
  CREATE MACRO to_varchar(x) AS x::VARCHAR, (x, format) AS CASE format
    WHEN 'TME' THEN printf('%.16e', TRY_CAST(x::VARCHAR AS DOUBLE))
    WHEN 'YYYY-MM-DD' THEN day_of(x::VARCHAR)
    WHEN 'HH24:MI:SS.FF9' THEN clock_of(x::VARCHAR)
    WHEN 'YYYY-MM-DD HH24:MI:SS.FF9' THEN day_of(x::VARCHAR) || ' ' || clock_of(x::VARCHAR)
    WHEN 'TZH:TZM' THEN regexp_extract(x::VARCHAR, '[-+]\\d\\d:\\d\\d')
    ELSE error('a format that the double does not know: ' || format) END;
`

/** A statement as DuckDB takes it: `:1` becomes `$1`, constants lose their backslashes, types and a few functions get other names. */
export function toDuckDb(sql: string): string {
  return pieces(sql)
    .map((piece) => {
      if (piece.startsWith("'")) return constant(piece)
      return /^["$]|^--|^\/\*/.test(piece) ? piece : words(piece)
    })
    .join('')
    .replace(
      /TABLE\(FLATTEN\(INPUT => PARSE_JSON\((\$\d+)\)\)\) AS f/gi,
      `unnest(from_json($1, '["VARCHAR"]')) AS f(value)`,
    )
}

function pieces(sql: string): string[] {
  return sql.match(/'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|\$\$.*?\$\$|--[^\n]*|\/\*.*?\*\/|[^'"$\-/]+|./gs) ?? []
}

/** In Snowflake a backslash begins an escape. */
function constant(text: string): string {
  const plain = text
    .slice(1, -1)
    .replaceAll("''", "'")
    .replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter)
  return `'${plain.replaceAll("'", "''")}'`
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' }

/** A type that no test uses otherwise stands for the numbers without a scale. */
export const decfloat = 'DECIMAL(38,19)'

function words(text: string): string {
  return text
    .replace(/(?<!:):(\d+)\b/g, '$$$1')
    .replace(/\bcollate\(/gi, 'collated(')
    .replace(/\bto_json\(/gi, 'json_text(')
    .replace(/\bDECFLOAT\b/gi, decfloat)
    .replace(/\bNUMBER\b/gi, 'DECIMAL')
    .replace(/\bFLOAT\b/gi, 'DOUBLE')
    .replace(/\bTIMESTAMP_NTZ(?:\(\d\))?/gi, 'TIMESTAMP')
    .replace(/\bTIMESTAMP_[LT]TZ(?:\(\d\))?|\bTIMESTAMP_TZ(?:\(\d\))?/gi, 'TIMESTAMPTZ')
}

/**
 * What somebody who may write runs: DuckDB's SQL, with Snowflake's types for columns. Only here a TIMESTAMP_TZ keeps its
 * offset, which DuckDB has no type for.
 */
export function withColumnTypes(sql: string): string {
  return pieces(sql)
    .map((piece) => (/^['"$]|^--|^\/\*/.test(piece) ? piece : words(declared(piece))))
    .join('')
}

function declared(text: string): string {
  return text
    .replace(/\bTIMESTAMP_NTZ\(9\)/gi, 'TIMESTAMP_NS')
    .replace(/\bTIMESTAMP_TZ\(9\)/gi, 'STRUCT("local" TIMESTAMP_NS, "offset" VARCHAR)')
    .replace(/\bTIME\(9\)/gi, 'TIME')
    .replace(/\bVARIANT\b/gi, 'JSON')
    .replace(/\bARRAY\b(?!\[)/gi, 'JSON[]')
    .replace(/\bOBJECT\b/gi, 'MAP(VARCHAR, JSON)')
    .replace(/\bBINARY\b/gi, 'BLOB')
}
