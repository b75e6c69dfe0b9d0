import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toPrintable, toPrintableLines } from '../../src/log/printable.ts';

it.each([
  ['debian-12', 'debian-12'],
  ['Übung 中文 🎓', 'Übung 中文 🎓'],
  ['\u001B[31mred\u001B[0m', 'red'],
  ['\u001B]0;title\u0007name', 'name'],
  ['\u009B2Jname', 'name'],
  ['first\r\nsecond\tthird', 'first second third'],
  ['bell\u0007 back\b', 'bell back'],
  ['abc\u202Efdp.exe', 'abcfdp.exe'],
])('%j is shown as %j', (text, shown) => {
  expect(toPrintable(text)).toBe(shown);
});

it('leaves no control character, whatever comes, and is the same the second time', () => {
  const unit = fc.constantFrom(
    '\u001B',
    '[',
    ']',
    '3',
    '1',
    'm',
    '\u0007',
    '\n',
    '\u009B',
    'a',
    ';',
    '\u2066',
  );
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const shown = toPrintable(text);
      expect(shown).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      expect(toPrintable(shown)).toBe(shown);
    }),
  );
});

it('keeps the lines of a text that has several', () => {
  expect(toPrintableLines('one\r\n\u001B[1mtwo\u001B[0m\nthree')).toBe('one\ntwo\nthree');
});
