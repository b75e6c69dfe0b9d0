import { expect, test } from 'vitest';
import type { Plan, PlacementStatus } from '../../../src/replication/plan/plan.ts';
import { reopen } from '../../../src/replication/run/reopen.ts';
import { formatMakeState, readMakeState } from '../../../src/replication/step/state.ts';
import { makeStep } from '../support/rows.ts';
import { makeSight } from '../support/sights.ts';

const failed = makeStep({ phase: 'FAILED', vmid: 100, runId: 1 });

function planWith(status: PlacementStatus): Plan {
  const placement = { sourceVmid: 9000, sourceName: 'template', node: 'pve2', status, original: false };
  return {
    clusterId: 'lab',
    placements: [placement],
    steps: [],
    removals: [],
    laterRemovals: [],
    remarks: [],
  };
}

test('what is there and may not be read stays in the books, and nothing else is begun in its place', () => {
  expect(reopen({ step: failed, sight: { state: 'hidden' } }, 2, planWith('NOT_WANTED'))).toMatchObject({
    change: {},
    active: true,
  });
});

test('nothing is there, or somebody else: the step lets go of the id', () => {
  const plan = planWith('NOT_WANTED');
  expect(reopen({ step: failed, sight: { state: 'absent' } }, 2, plan)).toMatchObject({
    change: { vmid: null },
    active: false,
  });
});

test('a node that does not answer: nothing is changed, and nothing begun for the same pair', () => {
  expect(reopen({ step: failed }, 2, planWith('WANTED'))).toMatchObject({ change: {}, active: true });
});

test('it became a template all the same: the step is done', () => {
  const sight = makeSight({ template: '1' });
  expect(reopen({ step: failed, sight }, 2, planWith('PRESENT'))).toMatchObject({
    change: { phase: 'DONE' },
    active: false,
  });
});

test('what is not wanted any more is taken back, in the new run', () => {
  const { change, active } = reopen({ step: failed, sight: makeSight() }, 2, planWith('PRESENT'));
  expect(active).toBe(true);
  expect(change).toMatchObject({ runId: 2, phase: 'TAKING_BACK' });
});

test('while the plan cannot tell, it stays as it is', () => {
  expect(reopen({ step: failed, sight: makeSight() }, 2, planWith('NOT_POSSIBLE'))).toMatchObject({
    change: {},
    active: false,
  });
});

test('what the administrator was told is not forgotten when the step begins again', () => {
  const advice = 'run "pvesm free data:100/x" on pve1';
  const parameters = formatMakeState({ ...readMakeState(failed), verdict: 'FAIL', advice });
  const { change } = reopen({ step: { ...failed, parameters }, sight: makeSight() }, 2, planWith('PRESENT'));
  const written = typeof change.parameters === 'string' ? change.parameters : '{}';
  expect(readMakeState({ parameters: written })).toMatchObject({ verdict: 'CANCEL', rounds: 0, advice });
});
