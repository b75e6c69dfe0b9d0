import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDue, nextDue } from '../../../src/replication/policy/due.ts';
import {
  replicationPolicySchema,
  type ReplicationPolicyInput,
} from '../../../src/replication/policy/policy.ts';
import { findQuietEnd, inQuietHours } from '../../../src/replication/policy/quiet-hours.ts';

const policy = (written: ReplicationPolicyInput) => replicationPolicySchema.parse(written);
const at = (text: string) => Date.parse(text);
const hour = 3_600_000;

describe('isDue', () => {
  const nightly = policy({ schedule: '0 2 * * *', timezone: 'Europe/Vienna' });

  it('begins with the first pass', () => {
    expect(isDue(nightly, { lastStartedAt: undefined, now: 0, intervalMs: hour })).toBe(true);
  });

  it('follows the schedule in its time zone', () => {
    const lastStartedAt = at('2026-01-10T12:00:00Z');
    expect(nextDue(nightly, lastStartedAt)).toBe(at('2026-01-11T01:00:00Z'));
    expect(isDue(nightly, { lastStartedAt, now: at('2026-01-11T00:59:59Z'), intervalMs: hour })).toBe(false);
    expect(isDue(nightly, { lastStartedAt, now: at('2026-01-11T01:00:00Z'), intervalMs: hour })).toBe(true);
  });

  it('makes up for one missed pass, not for many', () => {
    const now = at('2026-01-20T12:00:00Z');
    expect(isDue(nightly, { lastStartedAt: at('2026-01-10T12:00:00Z'), now, intervalMs: hour })).toBe(true);
    expect(isDue(nightly, { lastStartedAt: now, now, intervalMs: hour })).toBe(false);
  });

  it('goes by the interval without a schedule', () => {
    const plain = policy({});
    expect(nextDue(plain, 0)).toBeUndefined();
    expect(isDue(plain, { lastStartedAt: 0, now: hour - 1, intervalMs: hour })).toBe(false);
    expect(isDue(plain, { lastStartedAt: 0, now: hour, intervalMs: hour })).toBe(true);
  });
});

describe('inQuietHours', () => {
  const office = policy({
    quietHours: [{ from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5] }],
    timezone: 'Europe/Vienna',
  });
  const night = policy({ quietHours: [{ from: '22:00', to: '06:00', days: [5] }] });

  it.each<[string, typeof office, string, boolean]>([
    ['Monday, eight in Vienna', office, '2026-01-12T07:00:00Z', true],
    ['Monday, before eight in Vienna', office, '2026-01-12T06:59:59Z', false],
    ['Monday, six in Vienna', office, '2026-01-12T17:00:00Z', false],
    ['Saturday', office, '2026-01-17T10:00:00Z', false],
    ['summer time', office, '2026-07-13T06:00:00Z', true],
    ['Friday night', night, '2026-01-16T23:00:00Z', true],
    ['Saturday morning after it', night, '2026-01-17T05:59:00Z', true],
    ['Friday morning', night, '2026-01-16T05:00:00Z', false],
    ['Saturday night', night, '2026-01-17T23:00:00Z', false],
  ])('%s', (_, hours, time, quiet) => {
    expect(inQuietHours(hours, at(time))).toBe(quiet);
  });

  it('ends where findQuietEnd says, and not before', () => {
    const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z') });
    fc.assert(
      fc.property(moment, fc.constantFrom(office, night), (now, hours) => {
        const end = findQuietEnd(hours, now);
        expect(end === undefined ? true : inQuietHours(hours, end)).toBe(false);
        if (end !== now && end !== undefined) expect(inQuietHours(hours, end - 60_000)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('may never end', () => {
    expect(findQuietEnd(policy({ quietHours: [{ from: '00:00', to: '00:00' }] }), 0)).toBeUndefined();
  });
});
