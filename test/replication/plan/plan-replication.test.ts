import { describe, expect, it } from 'vitest';
import type { Placement, PlanInput } from '../../../src/replication/plan/plan.ts';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { cluster, gibibyte, input, node, row, template } from './support/observed.ts';

const generationOf = (one: ReturnType<typeof template>) => one.details?.generation ?? '';

/** `source@node status way-or-reason`, in order. */
function placements(planned: PlanInput): string[] {
  return planReplication(planned).placements.map(describePlacement);
}

function describePlacement({ sourceVmid, node, status, reason, way }: Placement): string {
  return [`${sourceVmid}@${node}`, status, reason?.code ?? way ?? ''].join(' ').trim();
}

function steps(planned: PlanInput): string[] {
  return planReplication(planned).steps.map(({ sourceVmid, targetNode }) => `${sourceVmid}→${targetNode}`);
}

describe('planReplication', () => {
  it('wants every template on every node', () => {
    expect(placements(input(cluster(template({ vmid: 100, node: 'pve1' }))))).toEqual([
      '100@pve1 PRESENT',
      '100@pve2 WANTED LOCAL_MIGRATE',
      '100@pve3 WANTED LOCAL_MIGRATE',
    ]);
  });

  it('says all that a step needs', () => {
    const source = template({ vmid: 100, node: 'pve1', name: 'debian' });
    const [step] = planReplication(input(cluster(source), { policy: { bandwidthLimit: 5000 } })).steps;
    expect(step).toEqual({
      kind: 'REPLICA',
      guestKind: 'qemu',
      way: 'LOCAL_MIGRATE',
      sourceVmid: 100,
      sourceNode: 'pve1',
      sourceGeneration: generationOf(source),
      sourceDescription: '',
      copyVmid: 100,
      copyNode: 'pve1',
      targetNode: 'pve2',
      targetStorage: undefined,
      clone: {},
      migrate: { target: 'pve2' },
      prepare: { detach: [], remove: [] },
      name: 'debian-replica',
      bytes: 10 * gibibyte,
      bandwidthLimit: 5000,
      storages: ['pve1/local', 'pve2/local'],
      replacesVmid: undefined,
      classId: undefined,
      basis: {
        template: expect.any(String),
        policy: expect.any(String),
        storages: expect.any(String),
        rights: undefined,
        way: expect.any(String),
        room: 900 * gibibyte,
      },
    });
  });

  it('gives the longest copies first', () => {
    const sized = (vmid: number, size: string) =>
      template({
        vmid,
        node: 'pve1',
        config: { scsi0: `local:${vmid}/base-${vmid}-disk-0.raw,size=${size}` },
      });
    const observation = cluster(sized(100, '2G'), sized(101, '30G'), sized(102, '8G'));
    expect(steps(input(observation, { policy: { nodes: { include: ['pve2'] } } }))).toEqual([
      '101→pve2',
      '102→pve2',
      '100→pve2',
    ]);
  });

  it('counts a replica, by marker or row or old name, as present', () => {
    const observation = cluster(
      template({ vmid: 100, node: 'pve1', name: 'a' }),
      template({ vmid: 201, node: 'pve2', marker: { source: 100 } }),
      template({ vmid: 202, node: 'pve3', name: 'a-replica-pve3' }),
      template({ vmid: 110, node: 'pve1', name: 'b' }),
      template({ vmid: 211, node: 'pve2' }),
    );
    const rows = [row(211, { isReplica: true, sourceVmid: 110, node: 'pve2' })];
    expect(steps(input(observation, { rows }))).toEqual(['110→pve3']);
  });

  it('does not copy the predecessor’s chains of replicas again', () => {
    const observation = cluster(
      template({ vmid: 100, node: 'pve1', name: 'a' }),
      template({ vmid: 101, node: 'pve2', name: 'a-replica-pve2' }),
      template({ vmid: 102, node: 'pve3', name: 'a-replica-pve2-replica-pve3' }),
    );
    expect(planReplication(input(observation)).steps).toEqual([]);
  });

  it('counts what is known and not seen as still there', () => {
    const observation = cluster(template({ vmid: 100, node: 'pve1' }));
    const rows = [
      row(201, { isReplica: true, sourceVmid: 100, node: 'pve2' }),
      row(202, { isReplica: true, sourceVmid: 100, node: 'pve3', state: 'MISSING' }),
    ];
    expect(steps(input(observation, { rows }))).toEqual(['100→pve3']);
    // Gone for certain is gone, whatever the row still says.
    expect(steps(input({ ...observation, gone: [201] }, { rows }))).toEqual(['100→pve2', '100→pve3']);
  });

  it('does not begin what is being made', () => {
    const running = [{ kind: 'REPLICA', sourceVmid: 100, targetNode: 'pve2', vmid: 300 }];
    const planned = input(cluster(template({ vmid: 100, node: 'pve1' })), { running });
    expect(placements(planned)[1]).toBe('100@pve2 BEING_MADE');
    expect(planReplication(planned).placements[1]?.vmid).toBe(300);
    expect(steps(planned)).toEqual(['100→pve3']);
  });

  it('holds everything while the cluster cannot write or is paused, and says what would be', () => {
    const observation = cluster(template({ vmid: 100, node: 'pve1' }));
    const held = [
      input({ ...observation, quorate: false }),
      input(observation, { policy: { paused: true } }),
      input({ ...observation, reachable: false, nodes: [], storages: [], templates: [] }),
    ].map((one) => planReplication(one));
    expect(held.map((plan) => [plan.held?.code, plan.steps, plan.placements.length])).toEqual([
      ['NO_QUORUM', [], 3],
      ['PAUSED', [], 3],
      ['CLUSTER_UNREACHABLE', [], 0],
    ]);
  });

  it('says why a node or source is out of the question now', () => {
    const observation = cluster(
      template({ vmid: 100, node: 'pve1' }),
      template({ vmid: 101, node: 'pve1', more: { lock: 'backup' } }),
      template({ vmid: 102, node: 'pve1', more: { seen: false } }),
    );
    observation.nodes[1] = node('pve2', { state: 'OFFLINE', listed: false });
    observation.nodes.push(
      node('pve4', { listed: false }),
      node('pve5', { state: 'UNKNOWN', listed: false }),
    );
    expect(placements(input(observation))).toEqual([
      '100@pve1 PRESENT',
      '100@pve2 NOT_POSSIBLE NODE_OFFLINE',
      '100@pve3 WANTED LOCAL_MIGRATE',
      '100@pve4 NOT_POSSIBLE NODE_NOT_LISTED',
      '100@pve5 NOT_POSSIBLE NODE_UNKNOWN',
      '101@pve1 PRESENT',
      '101@pve2 NOT_POSSIBLE NODE_OFFLINE',
      '101@pve3 NOT_POSSIBLE SOURCE_LOCKED',
      '101@pve4 NOT_POSSIBLE NODE_NOT_LISTED',
      '101@pve5 NOT_POSSIBLE NODE_UNKNOWN',
      '102@pve1 PRESENT',
      '102@pve2 NOT_POSSIBLE NODE_OFFLINE',
      '102@pve3 NOT_POSSIBLE SOURCE_NOT_SEEN',
      '102@pve4 NOT_POSSIBLE NODE_NOT_LISTED',
      '102@pve5 NOT_POSSIBLE NODE_UNKNOWN',
    ]);
  });

  it('takes the space of what it planned before into account', () => {
    const observation = cluster(template({ vmid: 100, node: 'pve1' }), template({ vmid: 101, node: 'pve1' }));
    for (const one of observation.storages) if (one.node === 'pve2') one.available = 15 * gibibyte;
    expect(placements(input(observation)).filter((one) => one.includes('pve2'))).toEqual([
      '100@pve2 WANTED LOCAL_MIGRATE',
      '101@pve2 NOT_POSSIBLE NO_SPACE',
    ]);
    for (const one of observation.storages) if (one.node === 'pve1') one.available = 5 * gibibyte;
    expect(placements(input(observation)).filter((one) => one.includes('pve3'))).toEqual([
      '100@pve3 NOT_POSSIBLE NO_SPACE_ON_SOURCE',
      '101@pve3 NOT_POSSIBLE NO_SPACE_ON_SOURCE',
    ]);
  });
});

describe('policies', () => {
  const observation = cluster(
    template({ vmid: 100, node: 'pve1', name: 'debian-12', more: { tags: ['gold'], pool: 'base' } }),
    template({ vmid: 101, node: 'pve1', name: 'windows', more: { tags: ['test'] } }),
  );

  it.each<[string, PlanInput, string[]]>([
    ['by name', input(observation, { policy: { templates: { include: { names: ['debian-*'] } } } }), ['100']],
    ['by tag', input(observation, { policy: { templates: { exclude: { tags: ['gold'] } } } }), ['101']],
    ['by pool', input(observation, { policy: { templates: { include: { pools: ['base'] } } } }), ['100']],
    ['by id', input(observation, { policy: { templates: { include: { vmids: [101] } } } }), ['101']],
    [
      'exclusion over inclusion',
      input(observation, { policy: { templates: { include: { names: ['*'] }, exclude: { vmids: [100] } } } }),
      ['101'],
    ],
    ['only what is selected', input(observation, { policy: { mode: 'SELECTED' } }), []],
    [
      'what is selected',
      input(observation, { policy: { mode: 'SELECTED', templates: { include: { vmids: [100] } } } }),
      ['100'],
    ],
    ['only on demand', input(observation, { policy: { mode: 'ON_DEMAND' } }), []],
    [
      'what is demanded',
      input(observation, { policy: { mode: 'ON_DEMAND' }, request: { vmids: [101] } }),
      ['101'],
    ],
    ['what is asked for', input(observation, { request: { vmids: [101] } }), ['101']],
  ])('choose templates: %s', (_, planned, vmids) => {
    const chosen = new Set(planReplication(planned).steps.map(({ sourceVmid }) => String(sourceVmid)));
    expect([...chosen].sort()).toEqual(vmids);
  });

  it('choose nodes, and say why not', () => {
    const policy = { nodes: { exclude: ['*3'] }, templates: { exclude: { vmids: [101] } } };
    expect(placements(input(observation, { policy }))).toEqual([
      '100@pve1 PRESENT',
      '100@pve2 WANTED LOCAL_MIGRATE',
      '100@pve3 NOT_WANTED EXCLUDED_NODE',
      '101@pve1 PRESENT',
      '101@pve2 NOT_WANTED EXCLUDED_TEMPLATE',
      '101@pve3 NOT_WANTED EXCLUDED_NODE',
    ]);
  });

  it('are not overruled by a request', () => {
    const policy = { templates: { exclude: { vmids: [101] } } };
    expect(steps(input(observation, { policy, request: { vmids: [101] } }))).toEqual([]);
  });

  it('let a request narrow the nodes', () => {
    const planned = input(observation, { request: { vmids: [100], nodes: ['pve3'] } });
    expect(steps(planned)).toEqual(['100→pve3']);
    expect(placements(planned)).toContain('100@pve2 WANTED NOT_REQUESTED');
  });

  it('keep one copy on shared storage where told', () => {
    const shared = cluster(
      template({ vmid: 100, node: 'pve1', config: { scsi0: 'san:100/base-100-disk-0.raw,size=1G' } }),
    );
    expect(steps(input(shared))).toEqual(['100→pve2', '100→pve3']);
    expect(placements(input(shared, { policy: { sharedStorage: 'skip' } }))).toEqual([
      '100@pve1 PRESENT',
      '100@pve2 NOT_WANTED SHARED_STORAGE',
      '100@pve3 NOT_WANTED SHARED_STORAGE',
    ]);
  });
});

describe('class bases', () => {
  const observation = cluster(
    template({ vmid: 100, node: 'pve1' }),
    template({ vmid: 201, node: 'pve2', marker: { source: 100 } }),
    template({ vmid: 202, node: 'pve3', marker: { source: 100 } }),
    template({ vmid: 300, node: 'pve2', marker: { kind: 'class-base', source: 100, classId: 5 } }),
  );

  it('are replicated only where their class asks', () => {
    expect(steps(input(observation))).toEqual([]);
    const planned = input(observation, { classes: [{ classId: 5, nodes: ['pve1', 'pve2'] }] });
    expect(steps(planned)).toEqual(['300→pve1']);
    expect(planReplication(planned).steps[0]).toMatchObject({ classId: 5, sourceVmid: 300 });
    expect(placements(planned)).toContain('300@pve3 NOT_WANTED CLASS_DOES_NOT_ASK');
  });

  it('do not stand for their original', () => {
    const without = { ...observation, templates: observation.templates.filter(({ vmid }) => vmid !== 201) };
    expect(steps(input(without))).toEqual(['100→pve2']);
  });
});

describe('a source that was rebuilt', () => {
  const source = template({ vmid: 100, node: 'pve1' });
  const old = template({ vmid: 201, node: 'pve2', marker: { generation: 'a'.repeat(16) } });
  const current = template({ vmid: 202, node: 'pve3', marker: { generation: generationOf(source) } });

  it('has its outdated replica replaced', () => {
    const plan = planReplication(input(cluster(source, old, current)));
    expect(plan.steps).toMatchObject([{ targetNode: 'pve2', replacesVmid: 201 }]);
    expect(plan.placements.map(describePlacement)).toContain('100@pve2 OUTDATED LOCAL_MIGRATE');
    expect(plan.removals).toEqual([]);
  });

  it('has it removed only once a current one is beside it', () => {
    const made = template({ vmid: 203, node: 'pve2', marker: { generation: generationOf(source) } });
    const plan = planReplication(input(cluster(source, old, current, made)));
    expect(plan.steps).toEqual([]);
    expect(plan.removals).toMatchObject([{ vmid: 201, node: 'pve2', why: 'REPLACED' }]);
    const running = [{ kind: 'REPLICA', sourceVmid: 100, targetNode: 'pve2', vmid: 203 }];
    expect(planReplication(input(cluster(source, old, current, made), { running })).removals).toEqual([]);
  });

  it('has it kept where the policy says so', () => {
    const planned = input(cluster(source, old, current), { policy: { outdated: 'keep' } });
    expect(steps(planned)).toEqual([]);
    expect(placements(planned)).toContain('100@pve2 OUTDATED OUTDATED_KEPT');
  });

  it('never has a guest removed that Template Hub did not make', () => {
    const foreign = template({ vmid: 201, node: 'pve2' });
    const rows = [
      row(201, { isReplica: true, sourceVmid: 100, sourceGeneration: 'a'.repeat(16), node: 'pve2' }),
    ];
    const made = template({ vmid: 203, node: 'pve2', marker: { generation: generationOf(source) } });
    expect(planReplication(input(cluster(source, foreign, current, made), { rows })).removals).toEqual([]);
  });
});

describe('a source that is gone', () => {
  const observation = {
    ...cluster(template({ vmid: 201, node: 'pve2', marker: { source: 100 } })),
    gone: [100],
  };

  it('leaves its replicas, and none is copied', () => {
    const plan = planReplication(input(observation));
    expect([plan.steps, plan.removals, plan.placements]).toEqual([[], [], []]);
  });

  it('takes them along where the policy says so', () => {
    const policy = { orphans: 'remove' as const };
    expect(planReplication(input(observation, { policy })).removals).toMatchObject([
      { vmid: 201, why: 'ORPHANED' },
    ]);
    // Not seen is not gone.
    expect(planReplication(input({ ...observation, gone: [] }, { policy })).removals).toEqual([]);
  });
});
