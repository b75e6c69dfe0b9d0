import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readDate,
  readFlag,
  readId,
  readInteger,
  readNumber,
  readText,
} from '../../src/import/legacy-values.ts';

describe('dates', () => {
  it.each([
    ['2024-01-15 10:30:00.000000', '2024-01-15T10:30:00.000Z'],
    ['2024-01-15 10:30:00', '2024-01-15T10:30:00.000Z'],
    ['2024-01-15T10:30:00.123456', '2024-01-15T10:30:00.123Z'],
    ['2023-12-31 23:59:59.999999', '2023-12-31T23:59:59.999Z'],
    ['2024-01-15 10:30:00.5', '2024-01-15T10:30:00.500Z'],
    ['2024-01-15 10:30:00+00:00', '2024-01-15T10:30:00.000Z'],
  ])('reads %s', (text, date) => {
    expect(readDate(text)?.toISOString()).toBe(date);
  });

  it.each(['', 'yesterday', '2024-02-30 10:00:00', '2024-01-15', '2024-01-15 25:00:00', null, 5])(
    'refuses %s',
    (value) => {
      expect(readDate(value)).toBeUndefined();
    },
  );

  it('reads every date as SQLAlchemy writes it', () => {
    const range = { min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(readDate(`${date.toISOString().replace('T', ' ').replace('Z', '')}789`)).toEqual(date);
      }),
    );
  });
});

it.each([
  [1, true],
  [0, false],
  ['1', true],
  ['false', false],
  ['TRUE', true],
  [null, undefined],
  [2, undefined],
  ['yes', undefined],
])('reads the flag %s as %s', (value, flag) => {
  expect(readFlag(value)).toBe(flag);
});

it('reads integers of any affinity', () => {
  expect(['111', 111, 111.0, ' 7 ', '8.0'].map(readInteger)).toEqual([111, 111, 111, 7, 8]);
  expect([1.5, 'x', '', null, '1e3'].map(readInteger)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('reads ids that the store can hold', () => {
  expect([1, '12', 2_147_483_647].map(readId)).toEqual([1, 12, 2_147_483_647]);
  expect([0, -1, 2_147_483_648, null].map(readId)).toEqual([undefined, undefined, undefined, undefined]);
});

it('reads numbers and texts of any affinity', () => {
  expect([32.5, '32.5', null, ' ', 'x'].map(readNumber)).toEqual([
    32.5,
    32.5,
    undefined,
    undefined,
    undefined,
  ]);
  expect(['a', 5, Buffer.from('ü'), null].map(readText)).toEqual(['a', '5', 'ü', undefined]);
});
