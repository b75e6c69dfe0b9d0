import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitColumns, gap } from '../../../src/cli/output/fit-columns.ts';

const need = fc
  .record({ natural: fc.integer({ min: 1, max: 60 }), least: fc.integer({ min: 1, max: 60 }) })
  .map(({ natural, least }) => ({ natural, least: Math.min(natural, least) }));

function widthOf(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, gap * (widths.length - 1));
}

it('leaves columns as they are where there is room', () => {
  const needs = [
    { natural: 5, least: 5 },
    { natural: 30, least: 12 },
  ];
  expect(fitColumns(needs, 37)).toEqual([5, 30]);
  expect(fitColumns(needs, Number.POSITIVE_INFINITY)).toEqual([5, 30]);
});

it('takes from the widest first', () => {
  const needs = [
    { natural: 40, least: 12 },
    { natural: 20, least: 12 },
    { natural: 9, least: 9 },
  ];
  expect(fitColumns(needs, 53)).toEqual([20, 20, 9]);
  expect(fitColumns(needs, 43)).toEqual([15, 15, 9]);
});

it('fits whenever the least of all columns fits, and says so when it does not', () => {
  fc.assert(
    fc.property(
      fc.array(need, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 200 }),
      (needs, width) => {
        const widths = fitColumns(needs, width);
        const fits = widthOf(needs.map(({ least }) => least)) <= width;
        expect(widths !== undefined).toBe(fits);
        if (!widths) return;
        expect(widthOf(widths)).toBeLessThanOrEqual(width);
        for (const [index, { natural, least }] of needs.entries()) {
          expect(widths[index]).toBeGreaterThanOrEqual(least);
          expect(widths[index]).toBeLessThanOrEqual(natural);
        }
      },
    ),
  );
});
