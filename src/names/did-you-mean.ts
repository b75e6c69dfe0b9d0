/**
 * The word of a list that another was probably meant to be; undefined when none is near. Case does not count. `most` is
 * how many letters may differ, by default a third of them.
 */
export function findSimilar(
  written: string,
  known: Iterable<string>,
  most = Math.floor(written.length / 3),
): string | undefined {
  const limit = Math.max(1, most);
  let best: { word: string; distance: number } | undefined;
  for (const word of known) {
    const distance = countEdits(written.toLowerCase(), word.toLowerCase());
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { word, distance };
  }
  return best?.word;
}

/** `; did you mean "host"?`, or nothing. */
export function suggest(written: string, known: Iterable<string>): string {
  const similar = findSimilar(written, known);
  return similar === undefined ? '' : `; did you mean "${similar}"?`;
}

/** Letters to put in, take out, replace or swap with their neighbour until one word is the other. */
function countEdits(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? at(before, column - 2) + 1 : Infinity;
      current[column] = Math.min(replaced, swapped, at(last, column) + 1, at(current, column - 1) + 1);
    }
    before = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
