import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknownFacts } from '../../../src/inventory/observe/cluster-facts.ts';
import type { PlanInput, PlannedStep } from '../../../src/replication/plan/plan.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { formatBasis } from '../../../src/replication/plan/refused-before.ts';
import { isThin } from '../../../src/replication/plan/storage-rules.ts';
import { refuseNode, refuseTemplate } from '../../../src/replication/policy/select.ts';
import { applyPlan } from './support/apply-plan.ts';
import { names, planInput } from './support/plan-input.ts';

function check(test: (planned: PlanInput) => void): void {
  fc.assert(fc.property(planInput, test), { numRuns: 400 });
}

const pairOf = ({ sourceVmid, targetNode }: PlannedStep) => `${sourceVmid}/${targetNode}`;

const toPair = ({ sourceVmid, targetNode }: PlannedStep) => `${sourceVmid} ${targetNode}`;

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
      const { overcommit = Number.POSITIVE_INFINITY } = planned.policy;
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
        const room = Math.min(...free.map(({ available = 0 }) => available));
        const thin = free.some(({ type }) => isThin(type));
        expect(bytes).toBeLessThanOrEqual(thin ? room * overcommit : room);
      }
    });
  });

  it('makes nothing that Proxmox is known to refuse, and refuses nothing for what is not known', () => {
    check((planned) => {
      const { facts = unknownFacts, observation } = planned;
      for (const step of planReplication(planned).steps) {
        const copy = observation.templates.find(({ vmid }) => vmid === step.copyVmid);
        const { needs, disks = [] } = copy?.details ?? {};
        const keys = needs?.devices.map(({ key }) => key) ?? [];
        expect(facts.maintenance).not.toContain(step.targetNode);
        if (step.migrate) expect(keys).not.toContain('serial0');
        if (step.migrate || !facts.isRoot) expect(keys).not.toContain('usb0');
        const may = (path: string, right: string) =>
          facts.isRoot || (facts.rights.get(path)?.has(right) ?? true);
        if (keys.includes('hostpci0')) expect(may('/mapping/pci/gpu', 'Mapping.Use')).toBe(true);
        if (disks.some(({ hostDrive }) => hostDrive)) expect(may('/', 'Sys.Console')).toBe(true);
        const lost = disks.some(({ storage }) => storage === 'oldnfs') && facts.lostStorages.size > 0;
        expect(lost).toBe(false);
        if (step.prepare.remove.includes('hookscript')) expect(facts.isRoot).toBe(true);
      }
      const unknown = planReplication({ ...planned, facts: undefined });
      const codes = unknown.placements.map(({ reason }) => reason?.code);
      for (const code of ['RIGHT_MISSING', 'SOURCE_ISO_LOST', 'NODE_IN_MAINTENANCE'] as const)
        expect(codes).not.toContain(code);
    });
  });

  it('warns of what it makes, and gives a reason for what it does not', () => {
    check((planned) => {
      for (const { way, warnings, status } of planReplication(planned).placements) {
        if (warnings) expect(way).toBeDefined();
        if (way) expect(['WANTED', 'OUTDATED']).toContain(status);
      }
    });
  });

  it('is not made again where it was refused, until something has changed or somebody asks', () => {
    check((planned) => {
      const { steps } = planReplication(planned);
      const refusals = steps.map(({ sourceVmid, targetNode, basis }) => ({
        sourceVmid,
        targetNode,
        runId: 1,
        code: 'FORBIDDEN',
        message: 'no',
        basis: formatBasis(basis),
      }));
      // What is not copied leaves room to other nodes.
      const pairs = new Set(steps.map(toPair));
      const again = planReplication({ ...planned, refusals }).steps;
      expect(again.filter((step) => pairs.has(toPair(step)))).toEqual([]);
      const retry = { ...planned.request, retry: true };
      if (planned.request)
        expect(planReplication({ ...planned, refusals, request: retry }).steps).toEqual(steps);
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
