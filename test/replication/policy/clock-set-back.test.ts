import { expect, it } from 'vitest';
import { isDue, isScanDue } from '../../../src/replication/policy/due.ts';

const [minute, day] = [60_000, 86_400_000];
const now = 100 * day;

it.each([
  [now - 5 * minute, true],
  [now - 5 * minute + 1, false],
  [now, false],
  // Another server's clock is a little ahead.
  [now + minute, false],
  // The clock was set back.
  [now + minute + 1, true],
  [now + day, true],
])('a clock that jumps back does not stop scans: last %i', (last, expected) => {
  expect(isScanDue({ last, now, intervalMs: 5 * minute })).toBe(expected);
});

it.each([
  [{}, now + day, true],
  [{}, now - minute, false],
  [{ schedule: '0 3 * * *', timezone: 'UTC' }, now + day, true],
  [{ schedule: '0 3 * * *', timezone: 'UTC' }, now - 1, false],
])('nor passes of %j', (policy, lastStartedAt, expected) => {
  expect(isDue({ timezone: 'UTC', ...policy }, { lastStartedAt, now, intervalMs: 30 * minute })).toBe(
    expected,
  );
});
