import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatBytes, formatSeconds, formatTransfer } from '../../../src/cli/progress/format.ts';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536n * 1024n ** 2n, '1.5 GiB'],
  [123 * 1024 ** 2, '123 MiB'],
  [4n * 1024n ** 4n, '4.0 TiB'],
])('writes %s bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0s'],
  [59.4, '59s'],
  [65, '1m 05s'],
  [3600, '1h 00m'],
  [7805, '2h 10m'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

it('tells done, rate and time left, as far as they are known', () => {
  const mebibyte = 1024n ** 2n;
  const half = { done: 50n * mebibyte, total: 100n * mebibyte };
  expect(formatTransfer({ ...half, bytesPerSecond: 5 * 1024 ** 2 })).toBe(
    '50.0 of 100 MiB, 5.0 MiB/s, 10s left',
  );
  expect(formatTransfer(half)).toBe('50.0 of 100 MiB');
  expect(formatTransfer({ done: 5n * 1024n, total: half.total })).toBe('5.0 KiB of 100 MiB');
  expect(formatTransfer({ done: 0n, total: 0n })).toBe('');
});

it('never writes a size of more than 12 characters', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1024n ** 6n - 1n }), (bytes) => {
      expect(formatBytes(bytes)).toMatch(/^[\d.]{1,6} ([KMGTP]i)?B$/);
    }),
  );
});
