import type { Input, Output } from '../../preload/api.ts'

type Piece = Output<'runs.export'>
type Ask = (where: Pick<Input<'runs.export'>, 'after' | 'columns'>) => Promise<Piece>

/**
 * Puts a CSV of any length together from its pieces; the browser keeps them outside the page's memory. A field that only a
 * later piece has is a column of all: then they are asked for again, with every column known.
 */
export async function wholeCsv(ask: Ask): Promise<{ name: string; file: Blob }> {
  for (let columns: string[] = []; ; ) {
    const first = await ask({ columns })
    const parts: Blob[] = []
    let piece = first
    for (;;) {
      parts.push(new Blob([piece.lines]))
      if (piece.next === undefined) break
      piece = await ask({ after: piece.next, columns: piece.columns })
    }
    if (piece.columns.join() === first.columns.join()) {
      return { name: piece.name, file: new Blob([piece.header, ...parts], { type: 'text/csv;charset=utf-8' }) }
    }
    columns = piece.columns
  }
}
