/** Dates as they stand in headers (RFC 9110, section 5.6.7). */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`
const month = `(?<month>${months.join('|')})`
/** The one that is sent, and the two obsolete ones that must be understood as well. */
const forms = [
  String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`))

/** Milliseconds since 1970; `undefined` for anything that is not such a date: `Date.parse` takes "-1" for one. */
export function parseHttpDate(text: string, now = Date.now()): number | undefined {
  const found = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (!found) return undefined
  const { day, hour, minute, second } = found
  const at = (year: number) =>
    Date.UTC(year, months.indexOf(found.month ?? ''), Number(day), Number(hour), Number(minute), Number(second))
  const year = Number(found.year)
  if (found.year?.length === 4) return at(year)
  // Two digits more than 50 years ahead are the most recent past year with these digits.
  const thisYear = new Date(now).getUTCFullYear()
  const near = thisYear - (thisYear % 100) + year
  return at(near > thisYear + 50 ? near - 100 : near)
}
