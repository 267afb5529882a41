import { StatementError } from './errors.ts'
import { type Account, type Session, signIn } from './session.ts'

type Body = { [name: string]: unknown }
type Answer = { data: unknown; code: string | null; message: string | null; success: boolean }

/** Signs in, renews tokens and ends sessions, as `login_request_ok` and `session_token_renewal` of the driver's own tests do. */
export function openDesk(account: Account) {
  const sessions: Session[] = []
  const expired = new Set<string>()
  const ofToken = (authorization: string) => /^Snowflake Token="(.*)"$/.exec(authorization)?.[1] ?? ''
  let made = 0

  const answer = (data: unknown): Answer => ({ data, code: null, message: null, success: true })

  return {
    /** @throws StatementError with the code of a refused sign-in */
    signIn(body: Body, place: URLSearchParams): Answer {
      const session = signIn(account, body as { data: Body }, place, ['SHOP'], ++made)
      sessions.push(session)
      return answer({
        masterToken: session.master,
        token: session.token,
        validityInSeconds: 3600,
        masterValidityInSeconds: 14_400,
        displayUserName: account.user,
        serverVersion: '9.12.1',
        firstLogin: false,
        sessionId: 1_172_562_260_498 + made,
        parameters: [{ name: 'CLIENT_PREFETCH_THREADS', value: 4 }],
        sessionInfo: {
          databaseName: session.database,
          schemaName: session.schema,
          warehouseName: session.warehouse,
          roleName: session.role,
        },
      })
    },

    /** @throws StatementError: 390114 when the master token has run out too */
    renew(authorization: string): Answer {
      const token = ofToken(authorization)
      const session = sessions.find(({ master }) => master === token)
      if (!session || expired.has(token)) {
        throw new StatementError(
          '390114',
          '08001',
          'Authentication token has expired. The user must authenticate again.',
        )
      }
      session.token = `${session.token.replace(/-renewed$/, '')}${expired.has(session.token) ? '-renewed' : ''}`
      return answer({
        sessionToken: session.token,
        validityInSecondsST: 3600,
        masterToken: session.master,
        validityInSecondsMT: 14_400,
        sessionId: 1,
      })
    },

    /** @throws StatementError: 390112 when the token has run out, 390111 when there is no such session */
    sessionOf(authorization: string): Session {
      const token = ofToken(authorization)
      const session = sessions.find((each) => each.token === token)
      if (!session)
        throw new StatementError(
          '390111',
          '08001',
          'Session no longer exists. New login required to access the service.',
        )
      if (expired.has(token)) {
        throw new StatementError('390112', '08001', 'Your session has expired. Please login again.')
      }
      return session
    },

    end(authorization: string): Answer {
      const token = ofToken(authorization)
      const at = sessions.findIndex((each) => each.token === token)
      if (at >= 0) sessions.splice(at, 1)
      return answer(null)
    },

    expire(what: 'sessions' | 'masters'): void {
      for (const { token, master } of sessions) {
        expired.add(token)
        if (what === 'masters') expired.add(master)
      }
    },

    open: (): number => sessions.length,
  }
}
