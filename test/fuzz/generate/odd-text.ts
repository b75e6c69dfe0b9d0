import type { Choice } from './choice.ts';

/** Pieces of text that trip programs up: control characters, halves of characters, directions, look-alikes, quotes. */
const pieces = [
  '\u0000',
  '\u0001',
  '\t',
  '\r\n',
  '\u007f',
  '\u00a0',
  '\ufeff',
  '\u200b',
  '\u202e',
  '\u2028',
  '\ufffd',
  '\uffff',
  '\ud800',
  '\udc00',
  '\u{1f40d}',
  '\u{10ffff}',
  'e\u0301',
  'İ',
  'ß',
  'ﬃ',
  'テンプレート',
  '"',
  "'",
  '\\',
  '\\u{0}',
  '\\ud800',
  '`',
  '%',
  '%00',
  '%ff',
  '%2F',
  '../',
  '${1}',
  '{{',
  '--',
  ';',
  '*',
  '_',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  'ubuntu',
  'pve1',
] as const;

/** A text that nobody would type. */
export function makeOddText(choice: Choice, longest = 6): string {
  return Array.from({ length: choice.between(0, longest) }, () => choice.pick(pieces)).join('');
}

/** Damages a text here and there: a character goes, comes, or is doubled; a piece is moved or cut off. */
export function damageText(text: string, choice: Choice): string {
  let damaged = text;
  for (let turn = choice.between(1, 4); turn > 0; turn -= 1) damaged = damageOnce(damaged, choice);
  return damaged;
}

const signs = Array.from('{}()[]:!$@|&="#\\.,… \n0-e');

function damageOnce(text: string, choice: Choice): string {
  const at = choice.below(text.length + 1);
  const to = Math.min(text.length, at + choice.between(1, 12));
  const ways = [
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + choice.pick(signs) + text.slice(at),
    () => text.slice(0, at) + makeOddText(choice, 2) + text.slice(at),
    () => text.slice(0, to) + text.slice(at),
    () => text.slice(0, at),
    () => text.slice(to) + text.slice(0, to),
  ];
  return choice.pick(ways)();
}
