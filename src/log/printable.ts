import { stripVTControlCharacters } from 'node:util';

/** Control characters, and the invisible ones that turn the text around them or end a line. */
const unprintable = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/u;
const everyUnprintable = new RegExp(unprintable, 'gu');

/**
 * A text of other systems (names, messages, addresses) as one line that a terminal shows and never obeys: escape
 * sequences and control characters are left out, ends of lines become spaces.
 */
export function toPrintable(text: string): string {
  if (!unprintable.test(text)) return text;
  return stripVTControlCharacters(text)
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(everyUnprintable, '');
}

/** The same for a text of several lines, whose line feeds stay. */
export function toPrintableLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => toPrintable(line))
    .join('\n');
}
