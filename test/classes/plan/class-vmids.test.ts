import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRange, countFree, overlaps } from '../../../src/classes/plan/class-vmids.ts';

const vmids = fc.uniqueArray(fc.integer({ min: 9_900, max: 11_500 }), { maxLength: 40 });
const ranges = fc.array(
  fc
    .tuple(fc.integer({ min: 9_900, max: 11_500 }), fc.nat(300))
    .map(([first, more]) => ({ first, last: first + more })),
  { maxLength: 5 },
);

describe('chooseRange', () => {
  it('begins at 10000 in whole hundreds', () => {
    expect(chooseRange({ size: 64, taken: new Set([100]), ranges: [] })).toEqual({
      first: 10_000,
      last: 10_099,
    });
    expect(chooseRange({ size: 101, taken: new Set(), ranges: [] })).toEqual({ first: 10_000, last: 10_199 });
  });

  it('goes past guests and classes', () => {
    const taken = new Set([10_050, 10_250]);
    expect(chooseRange({ size: 100, taken, ranges: [{ first: 10_100, last: 10_199 }] })).toEqual({
      first: 10_300,
      last: 10_399,
    });
  });

  it('never touches what others have, and always has the size', () => {
    fc.assert(
      fc.property(vmids, ranges, fc.integer({ min: 1, max: 500 }), (taken, others, size) => {
        const range = chooseRange({ size, taken: new Set(taken), ranges: others });
        expect(range).toBeDefined();
        if (range === undefined) return;
        expect(range.last - range.first + 1).toBeGreaterThanOrEqual(size);
        expect(others.some((other) => overlaps(other, range))).toBe(false);
        expect(countFree(range, new Set(taken))).toBe(range.last - range.first + 1);
      }),
    );
  });
});

describe('countFree', () => {
  it('counts what is not taken', () => {
    expect(countFree({ first: 100, last: 109 }, new Set([99, 100, 105, 110]))).toBe(8);
  });
});
