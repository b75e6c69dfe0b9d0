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

it('may be hastened, also for those who sleep already', async () => {
  const clock = new DrivenClock(0);
  const fast = createScaledClock(clock, 10);
  const sleeping = fast.sleep(60_000);
  await clock.advance(1000);
  fast.hasten(1000);
  await clock.advance(0);
  expect(fast.now()).toBe(10_000);
  await clock.advance(50);
  await sleeping;
  expect(fast.now()).toBe(60_000);
});

it('ends a sleep that is given up', async () => {
  const given = new AbortController();
  const sleeping = createScaledClock(new DrivenClock(0), 10).sleep(1000, given.signal);
  given.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
});
