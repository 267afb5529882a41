import { ProblemError } from '../../connectors/problems.ts'

/** What to do about a keychain that does not answer. */
export const unlockIt =
  process.platform === 'linux'
    ? 'Unlock GNOME Keyring or KWallet; signing in to the computer with your password does that.'
    : process.platform === 'darwin'
      ? 'Unlock it: signing in to the Mac again does that, and so does the app Keychain Access.'
      : 'Sign in to the computer again.'

/** A secret of the connection is saved, but the keychain that opens it does not answer. Entering it again is not needed. */
export function keychainLocked(connection: string): ProblemError {
  return new ProblemError({
    remedy: 'retry',
    message: `“${connection}” cannot be used now: its password or token is saved, but this computer's keychain is locked or does not answer. ${unlockIt} Then try again after half a minute.`,
  })
}
