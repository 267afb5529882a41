/**
 * Folders that electron-builder takes for unpacked Electrons: everything that it reads, moves or writes into, and nothing
 * that runs. The fuses are where Electron has them, all on.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NtExecutable, NtExecutableResource, Resource } from 'resedit'
import type { Platform } from '../../packaging/targets.ts'

/** Marks the fuses in the binary (electronjs.org/docs/latest/tutorial/fuses); then a version, their number, and each as a digit. */
export const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = Buffer.from(`${FUSE_SENTINEL}\x01\x0811111111`, 'latin1')
const ENGLISH = { lang: 0x0409, codepage: 1200 }

/** Makes the folder and fills it. */
export function standInElectron(folder: string, platform: Platform): void {
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  write('version', '45.0.0')
  write('LICENSE', 'Electron is here under the MIT licence.')
  write('LICENSES.chromium.html', '<title>Chromium</title>')
  if (platform === 'darwin') {
    macApp(write)
    return
  }
  write('locales/en-US.pak', '')
  mkdirSync(join(folder, 'resources'))
  const program = platform === 'win32' ? 'electron.exe' : 'electron'
  write(program, platform === 'win32' ? windowsProgram() : FUSES)
  chmodSync(join(folder, program), 0o755)
}

/** A program without code, with the one language and version that electron-builder changes. */
function windowsProgram(): Buffer {
  const program = NtExecutable.createEmpty(false, false)
  const resources = NtExecutableResource.from(program)
  const version = Resource.VersionInfo.createEmpty()
  version.setStringValues(ENGLISH, { ProductName: 'Electron' })
  version.outputToResourceEntries(resources.entries)
  resources.outputResource(program)
  return Buffer.concat([Buffer.from(program.generate()), FUSES])
}

function macApp(write: (path: string, content: string | Buffer) => void): void {
  const contents = 'Electron.app/Contents'
  write(`${contents}/Info.plist`, plist('Electron'))
  write(`${contents}/MacOS/Electron`, '')
  write(`${contents}/Resources/electron.icns`, '')
  write(`${contents}/Resources/en.lproj/locale.pak`, '')
  write(`${contents}/Frameworks/Electron Framework.framework/Electron Framework`, FUSES)
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    const helper = `${contents}/Frameworks/Electron Helper${kind}.app/Contents`
    write(`${helper}/Info.plist`, plist(`Electron Helper${kind}`))
    write(`${helper}/MacOS/Electron Helper${kind}`, '')
  }
}

function plist(executable: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>CFBundleExecutable</key><string>${executable}</string></dict></plist>`
}
