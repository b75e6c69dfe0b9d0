import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findHold, type HoldFacts } from '../../../src/replication/hold/hold.ts';
import { findQuietEnd, findQuietStart, inQuietHours } from '../../../src/replication/policy/quiet-hours.ts';
import { replicationPolicySchema } from '../../../src/replication/policy/policy.ts';
import { makeRun, makeStep } from '../support/rows.ts';

/** A Friday, 20:26 UTC. */
const now = Date.UTC(2026, 10, 27, 20, 26);
const minute = 60_000;
const plain = replicationPolicySchema.parse({});
const quiet = replicationPolicySchema.parse({
  quietHours: [{ from: '19:00', to: '06:00' }],
  timezone: 'Europe/Vienna',
});
const queued = makeRun({ id: 21, status: 'QUEUED', startedAt: null, createdAt: new Date(now - minute) });
const running = makeRun({ id: 21 });
const ours = { name: 'here', expiresAt: now + minute, own: true };
const theirs = { name: 'hub2 (process 7)', expiresAt: now + minute, own: false };

function look(facts: Partial<HoldFacts>) {
  return findHold({ now, run: queued, policy: plain, configured: true, steps: [], ...facts });
}

test('a run that is over, under way, about to begin or to be cancelled waits for nothing', () => {
  expect(look({})).toBeUndefined();
  expect(look({ run: makeRun({ status: 'FINISHED' }), pause: {} })).toBeUndefined();
  expect(look({ run: makeRun({ ...queued, cancelRequestedAt: new Date(now) }), pause: {} })).toBeUndefined();
  expect(look({ run: running, worker: ours, steps: [makeStep({ phase: 'CLONING' })] })).toBeUndefined();
  expect(look({ run: running, worker: theirs })).toBeUndefined();
});

test('paused: since when, and how it goes on', () => {
  const since = now - 90 * minute;
  expect(look({ pause: { since } })).toEqual({
    reason: 'PAUSED',
    since,
    message:
      'Replication of lab is paused since 27 Nov 2026, 18:56 UTC; let it go on with: hub replicate resume lab',
  });
  expect(look({ pause: {} })?.message).toBe(
    'Replication of lab is paused; let it go on with: hub replicate resume lab',
  );
  expect(look({ policy: { ...plain, paused: true } })).toMatchObject({ reason: 'PAUSED' });
});

test('what a pause lets finish is not held yet; other kinds of runs are never', () => {
  const step = makeStep({ phase: 'MIGRATING' });
  expect(look({ run: running, worker: ours, pause: {}, steps: [step] })).toBeUndefined();
  const planned = makeStep({ phase: 'PLANNED' });
  expect(look({ run: running, worker: ours, pause: {}, steps: [planned] })).toMatchObject({
    reason: 'PAUSED',
  });
  expect(look({ run: makeRun({ ...queued, kind: 'CLASS_DEPLOY' }), pause: {} })).toBeUndefined();
});

test('quiet hours: from when to when, by the clocks of the policy', () => {
  expect(look({ policy: quiet })).toEqual({
    reason: 'QUIET_HOURS',
    since: Date.UTC(2026, 10, 27, 18),
    until: Date.UTC(2026, 10, 28, 5),
    message: 'Quiet hours of lab until 28 Nov 2026, 06:00 Europe/Vienna: no copy is begun',
  });
  expect(look({ policy: { ...quiet, quietHours: [] } })).toBeUndefined();
});

test('another run of the cluster, another server, a cluster that nobody here knows', () => {
  const before = makeRun({ id: 20, startedAt: new Date(now - 5 * minute) });
  expect(look({ before })).toEqual({
    reason: 'OTHER_RUN',
    since: now - 5 * minute,
    message: 'Run 20 of lab is under way: one run a cluster at a time; see: hub replicate status 20',
  });
  expect(look({ worker: theirs })).toEqual({
    reason: 'OTHER_SERVER',
    until: now + minute,
    message:
      'Server hub2 (process 7) works on lab; should it be gone, this one begins at 27 Nov 2026, 20:27 UTC',
  });
  expect(look({ worker: { ...theirs, expiresAt: now } })).toBeUndefined();
  expect(look({ worker: ours })).toBeUndefined();
  expect(look({ configured: false, policy: undefined })).toMatchObject({ reason: 'NOT_CONFIGURED' });
  expect(look({ configured: undefined, policy: undefined })).toBeUndefined();
});

test('a run whose server is gone waits for the next one', () => {
  const expiresAt = now - minute;
  expect(look({ run: running, worker: { ...theirs, expiresAt } })).toMatchObject({
    reason: 'NO_SERVER',
    since: expiresAt,
  });
  expect(look({ run: running })).toMatchObject({ reason: 'NO_SERVER', since: undefined });
});

test('what failed waits for its next try, and says why', () => {
  const wait = { phase: 'PLANNED', errorMessage: 'VM is locked (backup)' } as const;
  const steps = [
    makeStep({ ...wait, notBefore: new Date(now + 3 * minute) }),
    makeStep({ ...wait, name: 'debian-replica', notBefore: new Date(now + minute) }),
  ];
  expect(look({ run: running, worker: ours, steps })).toEqual({
    reason: 'NEXT_TRY',
    until: now + minute,
    message: 'debian-replica → pve2 is tried again at 27 Nov 2026, 20:27 UTC: VM is locked (backup)',
  });
  const unreached = makeRun({ ...running, errorMessage: 'No route to host' });
  expect(look({ run: unreached, worker: ours })).toMatchObject({
    reason: 'NEXT_TRY',
    message: 'It is tried again: No route to host',
  });
});

test('quiet hours begin before and end after every moment in them, and nothing is quiet just outside', () => {
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const hours = fc.record({ from: time, to: time }).filter(({ from, to }) => from !== to);
  const moment = fc.integer({ min: 0, max: 7 * 24 * 60 }).map((minutes) => now + minutes * minute);
  fc.assert(
    fc.property(hours, moment, (span, at) => {
      const policy = replicationPolicySchema.parse({ quietHours: [span], timezone: 'Europe/Vienna' });
      const [start, end] = [findQuietStart(policy, at), findQuietEnd(policy, at)];
      if (!inQuietHours(policy, at)) {
        expect(start).toBeUndefined();
        return;
      }
      expect(start).toBeLessThanOrEqual(at);
      expect(end).toBeGreaterThan(at);
      expect(inQuietHours(policy, (start ?? 0) - minute)).toBe(false);
      expect(inQuietHours(policy, start ?? 0)).toBe(true);
      expect(inQuietHours(policy, end ?? 0)).toBe(false);
    }),
    { numRuns: 50 },
  );
});
