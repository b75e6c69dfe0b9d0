import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computePause } from '../../src/time/back-off.ts';

const backOff = { firstMs: 2_000, maxMs: 300_000 };

test('pauses double until the longest, and are anything from half of that to all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, chance) => {
        const pause = computePause(failures, backOff, () => chance);
        const whole = Math.min(backOff.maxMs, backOff.firstMs * 2 ** Math.min(40, failures - 1));
        expect(pause).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(pause).toBeLessThanOrEqual(whole);
      },
    ),
  );
});
