/** Where the window was, kept beside Electron's own files. No electron here: what is read back is checked against screens. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const size = z.number().int().min(-100_000).max(100_000)
const shape = z.object({
  x: size,
  y: size,
  width: size.min(200),
  height: size.min(200),
  maximized: z.boolean(),
})

/** In the system's points; `maximized` windows remember the place they had before. */
export type Bounds = z.infer<typeof shape>
type Area = { x: number; y: number; width: number; height: number }

/** Of a window that was never moved; centred by the system. In points. */
export const FIRST_SIZE = { width: 1_280, height: 840 }
export const SMALLEST_SIZE = { minWidth: 900, minHeight: 600 }
/** So much of a window must be on a screen that it can be taken by its title bar. In points. */
const VISIBLE = { width: 120, height: 60 }

/** The bounds that were saved, or null where there are none that can be used. */
export function readBounds(file: string): Bounds | null {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** A place that cannot be kept is not worth a message. */
export function saveBounds(file: string, bounds: Bounds): void {
  try {
    writeFileSync(file, JSON.stringify(bounds))
  } catch {
    // The next window opens in the middle.
  }
}

/** What to open the window with: the saved place if enough of it is on a screen that is still there. */
export function fittingBounds(saved: Bounds | null, screens: readonly Area[]): Partial<Area> {
  if (!saved) return FIRST_SIZE
  const { x, y, width, height } = saved
  const seen = screens.some((screen) => {
    const across = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x)
    const down = Math.min(y + height, screen.y + screen.height) - Math.max(y, screen.y)
    return across >= VISIBLE.width && down >= VISIBLE.height && y >= screen.y
  })
  return seen ? { x, y, width, height } : { width, height }
}
