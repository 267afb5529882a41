/** For lock.test.ts, in a process of its own: takes the folder's lock, says so, and holds it until it is killed. */
import { lockFolder } from '../lock.ts'

lockFolder(process.argv[2] ?? '')
console.log('locked')
setInterval(() => undefined, 60_000)
