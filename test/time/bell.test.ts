import { expect, test } from 'vitest';
import { createBell } from '../../src/time/bell.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';

test('a ring ends the wait, and one that came before it is not lost', async () => {
  const clock = new DrivenClock();
  const bell = createBell(clock);
  const { signal } = new AbortController();
  const waiting = bell.wait(1_000, signal);
  bell.ring();
  await waiting;
  bell.ring();
  await bell.wait(1_000, signal);
  expect(clock.sleeping).toBe(0);
});

test('without a ring the wait ends by itself, or by the signal', async () => {
  const clock = new DrivenClock();
  const bell = createBell(clock);
  const stop = new AbortController();
  const waiting = bell.wait(1_000, stop.signal);
  await clock.advance(1_000);
  await waiting;
  const broken = bell.wait(1_000, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(broken).rejects.toThrow('stopped');
});
