import { describe, expect, test } from 'vitest';
import { LockTable } from '../../../src/simulator/engine/locks.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';

describe('locks', () => {
  test('shared holders go together, an exclusive one waits for all of them', async () => {
    const clock = new DrivenClock();
    const locks = new LockTable(clock);
    const first = await locks.acquire('a', { mode: 'shared', timeout: 1000 });
    const second = await locks.acquire('a', { mode: 'shared', timeout: 1000 });
    const told: string[] = [];
    const third = locks.acquire('a', {
      timeout: 1000,
      onWait: () => told.push('waits'),
      onGranted: () => told.push('has it'),
    });
    await clock.advance(500);
    first?.();
    await clock.advance(100);
    expect(told).toEqual(['waits']);
    second?.();
    expect(await third).toBeTypeOf('function');
    expect(told).toEqual(['waits', 'has it']);
    expect(clock.sleeping).toBe(0);
  });

  test('who waits in vain gets nothing, and those behind it go on', async () => {
    const clock = new DrivenClock();
    const locks = new LockTable(clock);
    const holder = await locks.acquire('a', { timeout: 0 });
    const impatient = locks.acquire('a', { timeout: 1000 });
    const patient = locks.acquire('a', { timeout: 5000 });
    await clock.advance(1000);
    expect(await impatient).toBeUndefined();
    holder?.();
    expect(await patient).toBeTypeOf('function');
  });

  test('a signal ends the waiting', async () => {
    const clock = new DrivenClock();
    const locks = new LockTable(clock);
    await locks.acquire('a', { timeout: 0 });
    const abort = new AbortController();
    const waiting = locks.acquire('a', { timeout: 1000, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
