import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAny, matchesGlob } from '../../../src/replication/policy/glob.ts';

describe('matchesGlob', () => {
  it.each<[string, string, boolean]>([
    ['debian-*', 'debian-12', true],
    ['debian-*', 'my-debian-12', false],
    ['pve?', 'pve1', true],
    ['pve?', 'pve10', false],
    ['a.c', 'abc', false],
    ['*', '', true],
  ])('%s and %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('says what a regular expression says', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(words, words, (pattern, text) => {
        const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('comes to an end with many stars', () => {
    expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(200))).toBe(false);
  });

  it('takes every text without wildcards as itself', () => {
    const plain = fc.string({ unit: 'binary' }).filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(plain, plain, (pattern, text) => {
        expect(matchesGlob(pattern, pattern)).toBe(true);
        expect(matchesGlob(pattern, text)).toBe(pattern === text);
        expect(matchesAny([text, `${pattern}*`], `${pattern}${text}`)).toBe(true);
      }),
    );
  });
});
