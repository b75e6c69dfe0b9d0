import type { DrivenClock } from '../time/driven-clock.ts';

/** Advances a driven clock until the promise settles; for calls whose answer takes time (401s, locks, workers). */
export async function drive<T>(clock: DrivenClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  while (!isSettled) {
    await nextTurn();
    if (!isSettled) await clock.advanceToNext();
  }
  return promise;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
