import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { flag, integer, listOf, maybe, maybeFlag, names, number, text } from '../../src/proxmox/lenient.ts';

test('a number is the same as digits in a string', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(integer.parse(value)).toBe(value);
      expect(integer.parse(String(value))).toBe(value);
    }),
  );
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(number.parse(String(value))).toBe(Number(String(value)));
    }),
  );
});

test.each(['', 'x', '1x', '0x1F', 'NaN', true, null, {}, []])('%j is no number', (value) => {
  expect(number.safeParse(value).success).toBe(false);
});

test('half a vmid is none', () => {
  expect(integer.safeParse('100.5').success).toBe(false);
});

test('booleans come in many forms', () => {
  expect([1, '1', true, 'on', 'yes', 'TRUE', 2].map((value) => flag.parse(value))).toEqual(
    Array(7).fill(true),
  );
  expect([0, '0', false, 'off', 'no', ''].map((value) => flag.parse(value))).toEqual(Array(6).fill(false));
  expect([undefined, null].map((value) => maybeFlag.parse(value))).toEqual([false, false]);
});

test('absent and null are undefined, unknown keys are ignored', () => {
  const row = z.object({ pool: maybe(text), count: maybe(integer) });
  expect(row.parse({ pool: null, other: 1 })).toEqual({ pool: undefined, count: undefined });
  expect(row.parse({ pool: 5, count: '7' })).toEqual({ pool: '5', count: 7 });
});

test('names are separated by what Proxmox allows', () => {
  expect(names.parse('gold;linux, x  y')).toEqual(['gold', 'linux', 'x', 'y']);
  expect(names.parse(undefined)).toEqual([]);
});

test('no list is an empty list', () => {
  expect(listOf(integer).parse(null)).toEqual([]);
});
