import { closeSync, openSync, readSync } from 'node:fs'
import type { Arch, Platform } from './targets.ts'

/** For which system a library was built; null for what is none, or of a system that Outflow does not run on. */
export function builtFor(file: string): { platform: Platform; arch: Arch } | null {
  const head = headOf(file)
  if (head.length < 64) return null
  // ELF: e_machine at 18 (refspecs.linuxfoundation.org/elf).
  if (head.toString('latin1', 0, 4) === '\x7fELF')
    return made('linux', { 62: 'x64', 183: 'arm64' }, head.readUInt16LE(18))
  // Mach-O of 64 bits: cputype at 4 (developer.apple.com, mach-o/loader.h).
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    return made('darwin', { 16777223: 'x64', 16777228: 'arm64' }, head.readUInt32LE(4))
  }
  // PE: the offset of its header at 60, there the machine at 4 (learn.microsoft.com, PE format).
  if (head.toString('latin1', 0, 2) === 'MZ') {
    const start = head.readUInt32LE(60)
    if (start + 6 > head.length || head.toString('latin1', start, start + 4) !== 'PE\0\0') return null
    return made('win32', { 34404: 'x64', 43620: 'arm64' }, head.readUInt16LE(start + 4))
  }
  return null
}

function made(platform: Platform, machines: Record<number, Arch>, machine: number) {
  const arch = machines[machine]
  return arch === undefined ? null : { platform, arch }
}

function headOf(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const head = Buffer.alloc(4_096)
    return head.subarray(0, readSync(descriptor, head))
  } finally {
    closeSync(descriptor)
  }
}
