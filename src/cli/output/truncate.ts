import stringWidth from 'string-width';

/** A text of at most `width` terminal columns: what is longer loses its middle, since names differ at both ends. */
export function truncateMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const room = width - 1;
  const head = takeColumns([...segment(text)], Math.ceil(room / 2));
  const tail = takeColumns([...segment(text)].reverse(), Math.floor(room / 2)).reverse();
  return `${head.join('')}…${tail.join('')}`;
}

function takeColumns(characters: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const character of characters) {
    width += stringWidth(character);
    if (width > columns) break;
    taken.push(character);
  }
  return taken;
}

function* segment(text: string): Generator<string> {
  for (const { segment: character } of new Intl.Segmenter().segment(text)) yield character;
}
