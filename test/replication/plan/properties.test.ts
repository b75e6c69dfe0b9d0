import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanInput, PlannedStep } from '../../../src/replication/plan/plan.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { refuseNode, refuseTemplate } from '../../../src/replication/policy/select.ts';
import { applyPlan } from './support/apply-plan.ts';
import { names, planInput } from './support/plan-input.ts';

function check(test: (planned: PlanInput) => void): void {
  fc.assert(fc.property(planInput, test), { numRuns: 400 });
}

const pairOf = ({ sourceVmid, targetNode }: PlannedStep) => `${sourceVmid}/${targetNode}`;

describe('every plan', () => {
  it('makes replicas of originals and class bases only', () => {
    check((planned) => {
      const replicas = new Set([
        ...planned.observation.templates
          .filter(({ details }) => details?.marker?.kind === 'replica')
          .map(({ vmid }) => vmid),
        ...planned.rows.map(({ vmid }) => vmid),
      ]);
      for (const { sourceVmid } of planReplication(planned).steps) expect(replicas).not.toContain(sourceVmid);
    });
  });

  it('has at most one step for a source and node, and none where one is under way or a current one is there', () => {
    check((planned) => {
      const plan = planReplication(planned);
      const pairs = plan.steps.map(pairOf);
      expect(new Set(pairs).size).toBe(pairs.length);
      for (const { sourceVmid, targetNode } of planned.running)
        expect(pairs).not.toContain(`${sourceVmid}/${targetNode}`);
      const present = plan.placements.filter(({ status }) => status === 'PRESENT');
      for (const { sourceVmid, node } of present) expect(pairs).not.toContain(`${sourceVmid}/${node}`);
    });
  });

  it('has one placement for every source and node, and a way exactly where there is a step', () => {
    check((planned) => {
      const plan = planReplication(planned);
      const pairs = plan.placements.map(({ sourceVmid, node }) => `${sourceVmid}/${node}`);
      expect(new Set(pairs).size).toBe(pairs.length);
      const open = plan.placements
        .filter(({ way }) => way)
        .map(({ sourceVmid, node }) => `${sourceVmid}/${node}`);
      expect(open.sort()).toEqual(plan.steps.map(pairOf).sort());
      for (const { status, reason } of plan.placements) {
        if (status === 'NOT_POSSIBLE' || status === 'NOT_WANTED') expect(reason?.message).toBeTruthy();
      }
    });
  });

  it('never goes against the policy or beyond the request', () => {
    check((planned) => {
      const { policy, request, observation, classes = [] } = planned;
      for (const step of planReplication(planned).steps) {
        const source = observation.templates.find(({ vmid }) => vmid === step.sourceVmid);
        expect(refuseNode(policy, step.targetNode)).toBeUndefined();
        if (step.classId !== undefined) {
          expect(classes.some(({ nodes }) => nodes.includes(step.targetNode))).toBe(true);
        } else if (source) {
          expect(refuseTemplate(policy, source, request !== undefined)).toBeUndefined();
        }
        expect(request?.vmids ?? [step.sourceVmid]).toContain(step.sourceVmid);
        expect(request?.nodes ?? [step.targetNode]).toContain(step.targetNode);
      }
    });
  });

  it('touches only nodes that are online, and only what was seen', () => {
    check((planned) => {
      const plan = planReplication(planned);
      const { nodes, templates } = planned.observation;
      const online = nodes
        .filter(({ state, listed }) => state === 'ONLINE' && listed)
        .map(({ name }) => name);
      for (const { targetNode, copyVmid } of plan.steps) {
        expect(online).toContain(targetNode);
        expect(templates.find(({ vmid }) => vmid === copyVmid)?.seen).toBe(true);
      }
      for (const { vmid } of plan.removals) {
        const removed = templates.find((one) => one.vmid === vmid);
        expect(removed?.seen).toBe(true);
        expect(removed?.details?.marker?.kind).toBe('replica');
      }
    });
  });

  it('fits into the free space of the storages', () => {
    check((planned) => {
      const { storages } = planned.observation;
      const written = new Map<string, number>();
      for (const step of planReplication(planned).steps) {
        if (step.targetStorage === undefined) continue;
        const there = storages.find(
          ({ node, name }) => node === step.targetNode && name === step.targetStorage,
        );
        const key = there?.shared ? step.targetStorage : `${step.targetNode}/${step.targetStorage}`;
        written.set(key, (written.get(key) ?? 0) + step.bytes);
      }
      for (const [key, bytes] of written) {
        const free = storages.filter((one) => (one.shared ? one.name : `${one.node}/${one.name}`) === key);
        expect(bytes).toBeLessThanOrEqual(Math.min(...free.map(({ available = 0 }) => available)));
      }
    });
  });

  it('does not depend on the order of its input', () => {
    const shuffled = planInput.chain((planned) => {
      const { observation, rows, running } = planned;
      const shuffle = <Value>(values: readonly Value[]) =>
        fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });
      return fc
        .tuple(
          shuffle(observation.nodes),
          shuffle(observation.storages),
          shuffle(observation.templates),
          shuffle(rows),
          shuffle(running),
        )
        .map(([nodes, storages, templates, otherRows, otherRunning]) => [
          planned,
          {
            ...planned,
            observation: { ...observation, nodes, storages, templates },
            rows: otherRows,
            running: otherRunning,
          },
        ]);
    });
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        if (one && other) expect(planReplication(other)).toEqual(planReplication(one));
      }),
      { numRuns: 300 },
    );
  });

  it('comes to rest: carried out, it is empty, and nothing was made twice on the way', () => {
    check((planned) => {
      const made: string[] = [];
      let observation = planned.observation;
      // A replica can open a way that the original has not, so it may take a pass for each node.
      for (let pass = 0; pass < names.length; pass += 1) {
        const plan = planReplication({ ...planned, observation });
        made.push(...plan.steps.map(pairOf));
        observation = applyPlan(observation, plan);
      }
      const last = planReplication({ ...planned, observation });
      expect([last.steps, last.removals]).toEqual([[], []]);
      expect(new Set(made).size).toBe(made.length);
    });
  });

  it('makes nothing twice when the database is lost', () => {
    check((planned) => {
      const marked = { ...planned, rows: [], running: [] };
      const before = planReplication(marked).steps.map(pairOf);
      const settled = applyPlan(planned.observation, planReplication(marked));
      const after = planReplication({ ...marked, observation: settled }).steps.map(pairOf);
      expect(after.filter((pair) => before.includes(pair))).toEqual([]);
    });
  });
});
