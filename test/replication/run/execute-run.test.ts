import { expect, test } from 'vitest';
import { judgeOutcome } from '../../../src/replication/run/execute-run.ts';
import type { StepPhase } from '../../../src/replication/rows.ts';

test.each<[StepPhase[], boolean, string]>([
  [[], false, 'SUCCEEDED'],
  [[], true, 'CANCELLED'],
  [['DONE', 'DONE'], false, 'SUCCEEDED'],
  [['DONE', 'DONE'], true, 'SUCCEEDED'],
  [['DONE', 'FAILED'], false, 'PARTIAL'],
  [['FAILED'], false, 'FAILED'],
  [['DONE', 'CANCELLED'], true, 'CANCELLED'],
])('steps %j, cancelled %s: %s', (phases, cancelled, outcome) => {
  expect(
    judgeOutcome(
      phases.map((phase) => ({ phase })),
      cancelled,
    ),
  ).toBe(outcome);
});
