import type { ServerResponse } from 'node:http'

/** What the person reads in the browser when the product has sent them back. */
export type Page = { status: number; title: string; text: string }

export const signedIn = (product: string): Page => ({
  status: 200,
  title: `Signed in to ${product}`,
  text: 'You can close this window and go back to Outflow.',
})

export const notSignedIn = (why: string): Page => ({
  status: 200,
  title: 'Not signed in',
  text: `${why} You can close this window and go back to Outflow.`,
})

export const foreign: Page = {
  status: 400,
  title: 'This is not the sign-in that Outflow waits for',
  text: 'Go back to Outflow and use the page that it opened, or sign in again.',
}

export const nothingHere: Page = { status: 404, title: 'There is nothing here', text: 'Go back to Outflow.' }

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:20vh auto;padding:0 24px;max-width:32rem;color-scheme:light dark}h1{font-size:1.4rem}'

/** Answers with a page that loads nothing, keeps nothing, and tells no one where the browser came from. */
export function sendPage(response: ServerResponse, { status, title, text }: Page): void {
  const body = Buffer.from(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p></main></html>`,
  )
  response
    .writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': body.length,
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      Connection: 'close',
    })
    .end(body)
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
