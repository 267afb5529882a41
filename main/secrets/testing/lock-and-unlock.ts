/**
 * For keychain.test.ts, in a process of its own: `lock-and-unlock.ts FOLDER PASSWORD`: the real vault on a GNOME Keyring that
 * is locked at its first question, then unlocked, and a second vault after that.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { openStore } from '../../store/store.ts'
import { systemKeychain } from '../keychain.ts'
import { createVault } from '../vault.ts'

const [folder = '', password = ''] = process.argv.slice(2)
const store = openStore(folder)
let now = 0
const vaultHere = () => createVault({ keychain: systemKeychain(10_000), store, log: () => undefined, now: () => now })
const vault = vaultHere()

lock()
const locked = await told()
await unlock()
now += 30_000
const unlocked = await told()
console.log(JSON.stringify({ locked, unlocked, next: await told(vaultHere()) }))
store.close()

async function told(from = vault) {
  return { keeping: await from.keeping(), ...(await from.read('one')) }
}

function lock(): void {
  const service = ['--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets']
  const method = ['--method', 'org.freedesktop.Secret.Service.Lock', '["/org/freedesktop/secrets/collection/login"]']
  execFileSync('gdbus', ['call', '--session', ...service, ...method], { stdio: 'ignore' })
}

/** As signing in to the computer does (gnome-keyring, pam/gkr-pam-client.c): lengths and numbers are 32 bits, big-endian. */
async function unlock(): Promise<void> {
  const UNLOCK = 1
  const given = Buffer.from(password)
  const numbers = Buffer.alloc(12)
  numbers.writeUInt32BE(numbers.length + given.length, 0)
  numbers.writeUInt32BE(UNLOCK, 4)
  numbers.writeUInt32BE(given.length, 8)
  const socket = connect(`${process.env.XDG_RUNTIME_DIR}/keyring/control`)
  socket.write(Buffer.concat([Buffer.of(0), numbers, given]))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.end()
  if (answer.readUInt32BE(4) !== 0) throw new Error('the keyring was not unlocked')
}
