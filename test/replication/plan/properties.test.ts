import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterObservation, ObservedTemplate } from '../../../src/inventory/observation.ts';
import type { PlanInput, PlannedStep } from '../../../src/replication/plan/plan.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { replicationPolicySchema } from '../../../src/replication/policy/policy.ts';
import { refuseNode, refuseTemplate } from '../../../src/replication/policy/select.ts';
import { applyPlan } from './support/apply-plan.ts';
import { gibibyte, node, observe, row, storage, template } from './support/observed.ts';

const names = ['pve1', 'pve2', 'pve3', 'pve4'];
const kinds = { local: 'dir', thin: 'lvmthin', tank: 'zfspool', vg: 'lvm', san: 'nfs', ceph: 'rbd' };
const shared = new Set(['san', 'ceph']);

const nodes = fc
  .tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constant(name),
        state: fc.oneof(
          { weight: 8, arbitrary: fc.constant('ONLINE' as const) },
          fc.constantFrom('OFFLINE' as const, 'UNKNOWN' as const),
        ),
        doubt: fc.boolean().map((one) => one && name === 'pve4'),
      }),
    ),
  )
  .map((all) =>
    all.map(({ name, state, doubt }) => node(name, { state, listed: state === 'ONLINE' && !doubt })),
  );

const storages = fc
  .array(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...Object.keys(kinds)), fc.nat(200), fc.nat(9)),
    { maxLength: 16 },
  )
  .map((all) => [
    ...names.map((name) => storage(`${name}/local`, { available: 400 * gibibyte })),
    ...all
      .filter(([, name]) => name !== 'local')
      .filter(
        ([place, name], index, list) =>
          list.findIndex((one) => one[0] === place && one[1] === name) === index,
      )
      .map(([place, name, free, luck]) => {
        const type =
          kinds[name === 'thin' || name === 'tank' || name === 'vg' || name === 'san' ? name : 'ceph'];
        return storage(`${place}/${name}`, {
          type,
          shared: shared.has(name),
          available: free * gibibyte,
          active: luck > 0,
        });
      }),
  ]);

const disk = fc.constantFrom(
  'local:ID/base-ID-disk-0.qcow2',
  'local:ID/base-ID-disk-0.raw',
  'thin:base-ID-disk-0',
  'tank:base-ID-disk-0',
  'vg:vm-ID-disk-0',
  'san:ID/base-ID-disk-0.qcow2',
  'ceph:base-ID-disk-0',
);

interface Origin {
  place: string;
  volume: string;
  size: number;
  kind: 'qemu' | 'lxc';
  cd: boolean;
  lock: boolean;
  tag: string;
}

const origin: fc.Arbitrary<Origin> = fc.record({
  place: fc.constantFrom(...names),
  volume: disk,
  size: fc.integer({ min: 1, max: 60 }),
  kind: fc.constantFrom('qemu' as const, 'qemu' as const, 'lxc' as const),
  cd: fc.boolean(),
  lock: fc.nat(9).map((luck) => luck === 0),
  tag: fc.constantFrom('gold', 'test'),
});

function makeOriginal({ place, volume, size, kind, cd, lock, tag }: Origin, index: number): ObservedTemplate {
  const vmid = 100 + index;
  const config = {
    [kind === 'qemu' ? 'scsi0' : 'rootfs']: `${volume.replaceAll('ID', String(vmid))},size=${size}G`,
    ...(cd && kind === 'qemu' && { ide2: 'local:iso/image.iso,media=cdrom' }),
    smbios1: `uuid=${vmid}`,
  };
  const more = { tags: [tag], lock: lock ? 'backup' : undefined };
  return template({ vmid, node: place, kind, config, more });
}

/** Guests that were copied before: current, outdated, unmarked (known by row) or whose source is gone. */
const copy = fc.record({
  place: fc.constantFrom(...names),
  of: fc.nat(7),
  way: fc.constantFrom(
    'current' as const,
    'outdated' as const,
    'row' as const,
    'class' as const,
    'orphan' as const,
  ),
});

const policy = fc
  .record({
    mode: fc.constantFrom(
      'ALL_NODES' as const,
      'ALL_NODES' as const,
      'SELECTED' as const,
      'ON_DEMAND' as const,
    ),
    templates: fc.constantFrom({}, { include: { tags: ['gold'] } }, { exclude: { vmids: [100, 102] } }),
    nodes: fc.constantFrom({}, { exclude: ['pve3'] }, { include: ['pve1', 'pve2'] }),
    storage: fc.constantFrom({}, {}, { '*': 'san' }, { pve2: 'thin', '*': 'local' }),
    sharedStorage: fc.constantFrom('replicate' as const, 'skip' as const),
    fullCloneOnly: fc.constantFrom('replicate' as const, 'skip' as const),
    outdated: fc.constantFrom('replace' as const, 'keep' as const),
    orphans: fc.constantFrom('remove' as const, 'keep' as const),
  })
  .map((one) => replicationPolicySchema.parse(one));

const planInput: fc.Arbitrary<PlanInput> = fc
  .record({
    nodes,
    storages,
    originals: fc.array(origin, { minLength: 1, maxLength: 6 }),
    copies: fc.array(copy, { maxLength: 8 }),
    policy,
    running: fc.array(fc.tuple(fc.nat(7), fc.constantFrom(...names)), { maxLength: 3 }),
    request: fc.option(
      fc.record({
        vmids: fc.constantFrom(undefined, [100, 101]),
        nodes: fc.constantFrom(undefined, ['pve2']),
      }),
      {
        nil: undefined,
      },
    ),
    classes: fc.boolean().map((one) => (one ? [{ classId: 5, nodes: ['pve1', 'pve3'] }] : [])),
  })
  .map(({ nodes, storages, originals, copies, running, ...rest }) => {
    const heads = originals.map(makeOriginal);
    const made = copies.map((one, index) => makeCopy(one, { heads, vmid: 500 + index }));
    const observation = observe({
      nodes,
      storages,
      templates: [...heads, ...made.map((one) => one.template)].map((one) => hideOffline(one, nodes)),
      gone: [99_999],
    });
    return {
      ...rest,
      observation,
      rows: made.flatMap((one) => one.row ?? []),
      running: running.map(([of, targetNode]) => ({
        kind: 'REPLICA',
        sourceVmid: 100 + of,
        targetNode,
        vmid: null,
      })),
    };
  });

function hideOffline(one: ObservedTemplate, all: ClusterObservation['nodes']): ObservedTemplate {
  return { ...one, seen: all.some(({ name, state }) => name === one.node && state === 'ONLINE') };
}

function makeCopy(
  { place, of, way }: { place: string; of: number; way: 'current' | 'outdated' | 'row' | 'class' | 'orphan' },
  { heads, vmid }: { heads: ObservedTemplate[]; vmid: number },
) {
  const head = heads[of % heads.length];
  const source = way === 'orphan' ? 99_999 : (head?.vmid ?? 100);
  const known = head?.details?.generation ?? '';
  const generation = way === 'outdated' ? 'f'.repeat(16) : known;
  const role = way === 'class' ? { kind: 'class-base' as const, classId: 5 } : {};
  const marker = way === 'row' ? undefined : { source, generation, ...role };
  return {
    template: template({ vmid, node: place, marker }),
    row: way === 'row' ? row(vmid, { isReplica: true, sourceVmid: source, node: place }) : undefined,
  };
}

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
