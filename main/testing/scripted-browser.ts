/** A person at the provider's own pages, without a browser: follows redirects, keeps cookies, fills in the forms. */

/** What the person does when asked whether Outflow may come in. */
export type Answer = 'allow' | 'deny'

/**
 * Opens the sign-in page and answers it. Resolves with the last address before the loopback, the loopback's address and what
 * it showed; `leave` stops before going back there.
 */
export async function visitSignIn(address: string, answer: Answer, { leave = false } = {}): Promise<Visit> {
  const cookies = new Map<string, string>()
  let url = address
  let form: URLSearchParams | undefined
  for (let step = 0; step < 20; step++) {
    const origin = new URL(url).origin
    if (step > 0 && origin !== new URL(address).origin) {
      if (leave) return { redirect: url, text: '', status: 0 }
      const page = await fetch(url, { headers: { connection: 'close' } })
      return { redirect: url, text: await page.text(), status: page.status }
    }
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
      ...(form && { body: form }),
    })
    form = undefined
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const location = response.headers.get('location')
    const html = await response.text()
    if (location) url = new URL(location, url).href
    else {
      const next = filledIn(html, answer)
      if (!next) return { redirect: url, text: html, status: response.status }
      form = next.form
      url = new URL(next.action, url).href
    }
  }
  throw new Error(`The sign-in page went in circles at ${url}`)
}

export type Visit = { redirect: string; text: string; status: number }

/** The form of the page with the person's answer; nothing where there is none. */
function filledIn(html: string, answer: Answer): { action: string; form: URLSearchParams } | undefined {
  const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1]
  return action === undefined ? undefined : { action, form: new URLSearchParams({ answer }) }
}
