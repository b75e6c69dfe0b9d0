import { expect, it } from 'vitest';
import { createScaledClock } from '../../../src/cli/demo/scaled-clock.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';

it('makes time pass faster, and sleeps shorter', async () => {
  const clock = new DrivenClock(1000);
  const fast = createScaledClock(clock, 20);
  let isAwake = false;
  const sleeping = fast.sleep(60_000).then(() => (isAwake = true));
  await clock.advance(2999);
  expect([fast.now(), isAwake]).toEqual([1000 + 2999 * 20, false]);
  await clock.advance(1);
  await sleeping;
  expect(fast.now()).toBe(61_000);
});
