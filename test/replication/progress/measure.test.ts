import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinScopes } from '../../../src/replication/control/create-request.ts';
import { countCloned, countDone } from '../../../src/replication/progress/copies.ts';
import { createCopySum } from '../../../src/replication/progress/copy-sum.ts';
import {
  computeProgress,
  estimateEnd,
  estimateRunEnd,
  measurePace,
  measureRun,
  measureStep,
} from '../../../src/replication/progress/measure.ts';
import { createPace } from '../../../src/replication/progress/pace.ts';
import { makeRun, makeStep } from '../support/rows.ts';

const start = Date.UTC(2026, 0, 1);
const gibibyte = 1024n ** 3n;

test('a quarter of the bytes in a minute means three minutes more', () => {
  const steps = [makeStep({ phase: 'CLONING', bytesTotal: 400n, bytesDone: 100n })];
  expect(computeProgress(makeRun(), steps, start + 60_000)).toEqual({
    runId: 1,
    percent: 25,
    bytesDone: 100n,
    bytesTotal: 400n,
    bytesPerSecond: undefined,
    stepsDone: 0,
    stepsTotal: 1,
    finishedAt: start + 240_000,
  });
});

test('a pace that was just heard of counts more than the average; an old one is none', () => {
  const copying = { bytesTotal: 1000n, bytesDone: 500n, bytesPerSecond: 50 };
  const run = makeRun({ ...copying, progressAt: new Date(start + 60_000) });
  expect(estimateRunEnd(run, start + 61_000)).toBe(start + 71_000);
  expect(measurePace(run, start + 90_000)).toBe(50);
  expect(measurePace(run, start + 90_001)).toBeUndefined();
  expect(estimateRunEnd(run, start + 100_000)).toBe(start + 200_000);
  expect(estimateEnd(makeStep({ ...copying, bytesPerSecond: 0, progressAt: new Date(start) }), start)).toBe(
    undefined,
  );
  expect(estimateRunEnd(makeRun({ ...run, status: 'QUEUED' }), start + 61_000)).toBeUndefined();
});

test('too little has been copied to say when it ends; and an unfinished run is never at 100', () => {
  const begun = [makeStep({ bytesTotal: 1000n, bytesDone: 1n })];
  expect(computeProgress(makeRun(), begun, start + 1000).finishedAt).toBeUndefined();
  const almost = [makeStep({ bytesTotal: 10n, bytesDone: 10n })];
  expect(computeProgress(makeRun(), almost, start + 1000).percent).toBe(99);
  expect(computeProgress(makeRun({ status: 'FINISHED' }), almost, start + 1000).percent).toBe(100);
});

test('a run that failed is as far as it came; one that had nothing to do is done', () => {
  const counted = makeRun({ status: 'FINISHED', bytesTotal: 100n, bytesDone: 40n });
  expect(measureRun({ ...counted, outcome: 'PARTIAL' })).toBe(40);
  expect(measureRun({ ...counted, outcome: 'SUCCEEDED' })).toBe(100);
  expect(measureRun(makeRun({ status: 'FINISHED', outcome: 'SUCCEEDED' }))).toBe(100);
  const removals = makeRun({ status: 'FINISHED', outcome: 'PARTIAL', stepsTotal: 3, stepsDone: 1 });
  expect(measureRun(removals)).toBe(33.3);
  expect(measureRun(makeRun({ status: 'QUEUED' }))).toBe(0);
});

test('a step that copies nothing is at 0 until it is done', () => {
  expect(measureStep(makeStep({ phase: 'REMOVING' }))).toBe(0);
  expect(measureStep(makeStep({ phase: 'DONE' }))).toBe(100);
});

test('percent and bytes never disagree, whatever the phase', () => {
  const phase = fc.constantFrom('CLONING', 'MIGRATING', 'CONVERTING', 'FAILED', 'DONE' as const);
  const bytes = fc.bigInt({ min: 1n, max: 2n ** 50n });
  fc.assert(
    fc.property(phase, bytes, fc.double({ min: 0, max: 1, noNaN: true }), (at, bytesTotal, share) => {
      const bytesDone = BigInt(Math.floor(Number(bytesTotal) * share));
      const percent = measureStep(makeStep({ phase: at, bytesTotal, bytesDone }));
      expect(Math.abs(percent - (Number(bytesDone) / Number(bytesTotal)) * 100)).toBeLessThan(0.11);
    }),
  );
});

test('a guest that is copied twice has half of its bytes after the first copy', () => {
  const twice = makeStep({ phase: 'CLONING', bytesTotal: 8n * gibibyte, targetNode: 'pve2' });
  expect(countDone(twice, Number(4n * gibibyte))).toBe(2n * gibibyte);
  expect(countCloned(twice)).toBe(4n * gibibyte);
  expect(countDone({ ...twice, phase: 'MIGRATING' }, Number(2n * gibibyte))).toBe(5n * gibibyte);
  const once = makeStep({ ...twice, targetNode: 'pve1' });
  expect(countDone(once, Number(4n * gibibyte))).toBe(4n * gibibyte);
  expect(countCloned(once)).toBe(8n * gibibyte);
  const handed = makeStep({ bytesTotal: 8n, targetNode: 'pve2', phase: 'CLONING' }, { cloneTarget: true });
  expect(countCloned(handed)).toBe(8n);
});

test('bytes done only grow along a copy, and never pass the size of the guest', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 20_000 }), fc.boolean(), (disks, total, moves) => {
      const step = makeStep({ bytesTotal: BigInt(total), targetNode: moves ? 'pve2' : 'pve1' });
      let last = 0n;
      for (const phase of moves ? (['CLONING', 'MIGRATING'] as const) : (['CLONING'] as const)) {
        const sum = createCopySum();
        for (const size of disks) {
          for (const transferred of [0, Math.floor(size / 2), size]) {
            const done = countDone({ ...step, phase }, sum.add({ transferred, total: size }));
            expect(done).toBeGreaterThanOrEqual(last);
            expect(done).toBeLessThanOrEqual(step.bytesTotal);
            last = done;
          }
        }
        if (phase === 'CLONING') last = countCloned(step);
      }
    }),
  );
});

test('disks whose sizes are not told are added up all the same', () => {
  const sum = createCopySum();
  const seen = [
    { transferred: 50 },
    { transferred: 100, total: 100 },
    { transferred: 10 },
    { transferred: 30 },
  ];
  expect(seen.map((one) => sum.add(one))).toEqual([50, 100, 110, 130]);
  expect(sum.add({ transferred: 5 })).toBe(135);
});

test('the pace is that of the last twenty seconds', () => {
  const pace = createPace();
  expect(pace.look(0n, 0)).toBeUndefined();
  expect(pace.look(1000n, 10_000)).toBe(100);
  expect(pace.look(1000n, 10_000)).toBe(100);
  for (let second = 11; second <= 40; second += 1) pace.look(1000n, second * 1000);
  expect(pace.look(1000n, 41_000)).toBe(0);
});

test('the scope of joined requests covers both', () => {
  expect(joinScopes({ vmids: [1], nodes: ['a'] }, { vmids: [2, 1], nodes: ['a'] })).toEqual({
    vmids: [1, 2],
    nodes: ['a'],
  });
  expect(joinScopes({ vmids: [1] }, {})).toEqual({ vmids: undefined, nodes: undefined });
});
