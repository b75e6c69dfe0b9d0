import type { DrivenClock } from '../../../src/time/driven-clock.ts';
import type { Life } from './life.ts';

const mostHours = 72;
/** Turns of the event loop in which nobody sleeps: what is under way then is real I/O. */
const mostIdle = 100_000;

/**
 * Moves a driven clock until a promise settles or `over` says so. Time stands still while anything is on its way to the
 * store, so that a slow machine changes nothing.
 */
export async function driveUntil<Result>(
  clock: DrivenClock,
  lives: readonly Life[],
  { promise, over = () => false }: { promise: Promise<Result>; over?: () => boolean },
): Promise<Result | undefined> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  watched.catch(() => undefined);
  const latest = clock.now() + mostHours * 3_600_000;
  for (let idle = 0; ;) {
    await rest(lives);
    if (settled) return watched;
    if (over()) return undefined;
    if (clock.now() > latest) throw new Error(`nothing came of it in ${mostHours} hours of driven time`);
    idle = (await clock.advanceToNext()) ? 0 : idle + 1;
    if (idle > mostIdle) throw new Error('nobody waits for anything any more, and nothing came of it');
  }
}

/** Until nothing moves by itself any more. */
async function rest(lives: readonly Life[]): Promise<void> {
  let seen = -1;
  for (let quiet = 0; quiet < 2;) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = lives.reduce((sum, life) => sum + life.passed, 0);
    const pending = lives.some((life) => life.pending > 0);
    quiet = pending || now !== seen ? 0 : quiet + 1;
    seen = now;
  }
}
