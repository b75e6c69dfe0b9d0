import type { DrivenClock } from '../time/driven-clock.ts';

/** Advances a driven clock until the promise settles; for calls whose answer takes time (401s, locks, workers). */
export async function drive<T>(clock: DrivenClock, promise: Promise<T>): Promise<T> {
  const progress = { isSettled: false };
  const settle = (): void => {
    progress.isSettled = true;
  };
  promise.then(settle, settle);
  while (!progress.isSettled) {
    const before = clock.now();
    // What was woken runs on first, and where drives are nested only one of them moves the time.
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    if (!progress.isSettled && clock.now() === before) await clock.advanceToNext();
  }
  return promise;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
