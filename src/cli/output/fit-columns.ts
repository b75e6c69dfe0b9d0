/** What a column needs, in terminal columns. */
export interface ColumnNeed {
  /** The longest of its texts. */
  readonly natural: number;
  /** The least in which it can still be read; `natural` where it is not to be wrapped. */
  readonly least: number;
}

/** Between two columns. */
export const gap = 2;

/**
 * Widths with which columns fit into `width`: the widest give way first, one at a time, down to their least. Undefined
 * when that is not enough.
 */
export function fitColumns(needs: readonly ColumnNeed[], width: number): number[] | undefined {
  const room = width - gap * (needs.length - 1);
  const widths = needs.map((need) => need.natural);
  let excess = sum(widths) - room;
  while (excess > 0) {
    const widest = findWidest(needs, widths);
    if (widest === undefined) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function findWidest(needs: readonly ColumnNeed[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  for (const [index, { least }] of needs.entries()) {
    const width = widths[index] ?? 0;
    if (width > least && (widest === undefined || width > (widths[widest] ?? 0))) widest = index;
  }
  return widest;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
