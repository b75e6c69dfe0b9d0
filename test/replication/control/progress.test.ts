import { expect, test } from 'vitest';
import { joinScopes } from '../../../src/replication/control/create-request.ts';
import { computeProgress } from '../../../src/replication/control/progress.ts';
import { makeRun, makeStep } from '../support/rows.ts';

const start = Date.UTC(2026, 0, 1);

test('a quarter of the bytes in a minute means three minutes more', () => {
  const steps = [makeStep({ phase: 'CLONING', bytesTotal: 400n, bytesDone: 100n })];
  expect(computeProgress(makeRun(), steps, start + 60_000)).toEqual({
    runId: 1,
    percent: 25,
    bytesDone: 100n,
    bytesTotal: 400n,
    stepsDone: 0,
    stepsTotal: 1,
    finishedAt: start + 240_000,
  });
});

test('too little has been copied to say when it ends; and an unfinished run is never at 100', () => {
  const begun = [makeStep({ bytesTotal: 1000n, bytesDone: 1n })];
  expect(computeProgress(makeRun(), begun, start + 1000).finishedAt).toBeUndefined();
  const almost = [makeStep({ bytesTotal: 10n, bytesDone: 10n })];
  expect(computeProgress(makeRun(), almost, start + 1000).percent).toBe(99);
  expect(computeProgress(makeRun({ status: 'FINISHED' }), almost, start + 1000).percent).toBe(100);
});

test('the scope of joined requests covers both', () => {
  expect(joinScopes({ vmids: [1], nodes: ['a'] }, { vmids: [2, 1], nodes: ['a'] })).toEqual({
    vmids: [1, 2],
    nodes: ['a'],
  });
  expect(joinScopes({ vmids: [1] }, {})).toEqual({ vmids: undefined, nodes: undefined });
});
