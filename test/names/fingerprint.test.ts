import { expect, it } from 'vitest';
import { parseFingerprint } from '../../src/names/fingerprint.ts';

const notation = Array(32).fill('AB').join(':');

it.each([
  notation,
  notation.toLowerCase(),
  'ab'.repeat(32),
  `SHA256:${notation}`,
  `sha-256 ${'AB'.repeat(32)}`,
  ` ${notation.replaceAll(':', ' ')}\n`,
])('%j has one notation', (written) => {
  expect(parseFingerprint(written)).toBe(notation);
});

it.each(['', 'AB', 'AB'.repeat(31), 'AB'.repeat(33), 'XY'.repeat(32)])('%j is no fingerprint', (written) => {
  expect(parseFingerprint(written)).toBeUndefined();
});
