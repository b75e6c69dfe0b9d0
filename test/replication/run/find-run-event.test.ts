import { expect, it } from 'vitest';
import { findRunEvent } from '../../../src/replication/run/find-run-event.ts';

it.each([
  ['MUTATION', 'SUCCEEDED', 0, 'RUN_FINISHED'],
  ['COMMAND', 'CANCELLED', 0, 'RUN_FINISHED'],
  ['TIMER', 'SUCCEEDED', 3, 'RUN_FINISHED'],
  ['TIMER', 'SUCCEEDED', 0, undefined],
  ['BOOT', 'SUCCEEDED', 0, undefined],
  ['BOOT', 'FAILED', 0, 'RUN_FAILED'],
  ['MUTATION', 'PARTIAL', 2, 'RUN_FAILED'],
] as const)('a run of %s that %s with %i steps: %s', (trigger, outcome, stepsTotal, expected) => {
  expect(findRunEvent({ trigger, outcome, stepsTotal })).toBe(expected);
});
