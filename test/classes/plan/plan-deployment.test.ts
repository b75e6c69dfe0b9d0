import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassFacts } from '../../../src/classes/facts/class-facts.ts';
import { planDeployment } from '../../../src/classes/plan/plan-deployment.ts';
import { applyPlan, gib, makeFacts, makeNode, makeStorage, shareStorage } from '../support/facts.ts';

const whole = { students: 30, teacher: true };

function countByNode(plan: ReturnType<typeof planDeployment>): number[] {
  const nodes = plan.make.filter(({ role }) => role === 'STUDENT').map(({ node }) => node);
  return [...Map.groupBy(nodes, (node) => node).values()].map((group) => group.length);
}

const clusters: fc.Arbitrary<ClassFacts> = fc
  .record({
    nodes: fc.uniqueArray(fc.stringMatching(/^pve[1-9]$/), { minLength: 1, maxLength: 6 }),
    shared: fc.boolean(),
    replicas: fc.nat(3),
  })
  .map(({ nodes, shared, replicas }) => {
    const [first = 'pve1', ...others] = nodes;
    const local = makeFacts({ nodes: nodes.map((name) => makeNode(name)) });
    const copies = others
      .slice(0, replicas)
      .map((node, index) => ({ vmid: 9100 + index, node, generation: 'a' }));
    const facts = { ...local, source: { ...local.source, node: first, replicas: copies } };
    return shared ? shareStorage(facts) : facts;
  });

describe('planDeployment of a class of 30 on 3 nodes', () => {
  it('on local storage makes a base on each node and links each student on its own node', () => {
    const plan = planDeployment(makeFacts(), whole);
    expect(plan.make.map(({ role }) => role)).toEqual([
      ...Array.from({ length: 3 }, () => 'BASE'),
      'TEACHER',
      ...Array.from({ length: 30 }, () => 'STUDENT'),
    ]);
    const students = plan.make.filter(({ role }) => role === 'STUDENT');
    expect(
      students.every(
        ({ full, transfer, node, baseKey }) =>
          !full && transfer === 'SAME_NODE' && baseKey === `base-${node}`,
      ),
    ).toBe(true);
    expect(countByNode(plan)).toEqual([10, 10, 10]);
    expect(plan.warnings).toEqual([]);
  });

  it('on shared storage makes one base, on the node of the original, and hands the clones over', () => {
    const plan = planDeployment(shareStorage(makeFacts()), whole);
    expect(plan.make.filter(({ role }) => role === 'BASE')).toMatchObject([
      { node: 'pve1', transfer: 'SAME_NODE', full: true },
    ]);
    const students = plan.make.filter(({ role }) => role === 'STUDENT');
    expect(
      students.every(({ transfer, node }) => transfer === (node === 'pve1' ? 'SAME_NODE' : 'TARGET')),
    ).toBe(true);
    expect(students.every(({ full, baseKey }) => !full && baseKey === 'base-pve1')).toBe(true);
    expect(countByNode(plan)).toEqual([10, 10, 10]);
  });

  it('takes the bytes from a replica of the original that is on the node already', () => {
    const facts = makeFacts();
    const replica = { vmid: 9101, node: 'pve2', generation: 'x' };
    const plan = planDeployment({ ...facts, source: { ...facts.source, replicas: [replica] } }, whole);
    expect(plan.make.find(({ key }) => key === 'base-pve2')).toMatchObject({
      transfer: 'SAME_NODE',
      copy: replica,
    });
    expect(plan.make.find(({ key }) => key === 'base-pve3')).toMatchObject({ transfer: 'MIGRATE' });
  });
});

describe('planDeployment refuses before it begins', () => {
  it('what storage cannot link, and asks for allowFullClones', () => {
    const facts = makeFacts();
    const thick = makeStorage({ name: 'vg', type: 'lvm' });
    const onThick = {
      ...facts,
      source: {
        ...facts.source,
        drives: [{ drive: 'scsi0', use: 'DISK' as const, storage: 'vg' }],
        baseVolumes: false,
        canLink: false,
      },
      nodes: facts.nodes.map((node) => ({ ...node, storages: [thick] })),
    };
    expect(() => planDeployment(onThick, whole)).toThrow(
      /vg \(lvm\) cannot make linked clones.*allowFullClones/,
    );
    const allowed = { ...onThick, order: { ...onThick.order, allowFullClones: true } };
    const students = planDeployment(allowed, whole).make.filter(({ role }) => role === 'STUDENT');
    expect(students.every(({ full, bytes }) => full && bytes === 8 * gib)).toBe(true);
  });

  it('what Proxmox says cannot be linked, whatever the type', () => {
    const facts = makeFacts();
    const refused = { ...facts, source: { ...facts.source, canLink: false } };
    expect(() => planDeployment(refused, whole)).toThrow(
      expect.objectContaining({ code: 'LINKED_CLONES_NOT_POSSIBLE' }),
    );
  });

  it('a range that is too small', () => {
    const facts = makeFacts();
    const small = { ...facts, order: { ...facts.order, vmids: { first: 10_000, last: 10_032 } } };
    expect(() => planDeployment(small, whole)).toThrow(/needs 34 ids, and its range 10000–10032 has 33 free/);
  });

  it('a node that was asked for and cannot', () => {
    const facts = makeFacts({
      nodes: [makeNode('pve1'), makeNode('pve2', { storages: [] }), makeNode('pve3', { online: false })],
    });
    for (const [node, reason] of Object.entries({
      pve2: 'does not exist on',
      pve3: 'not online',
      pve4: 'no node',
    })) {
      const asked = { ...facts, order: { ...facts.order, nodes: ['pve1', node] } };
      expect(() => planDeployment(asked, whole)).toThrow(new RegExp(`pve.*${reason}`));
    }
    expect(countByNode(planDeployment(facts, whole))).toEqual([30]);
  });

  it('a cluster without any node that can', () => {
    const facts = makeFacts({ nodes: [makeNode('pve1', { storages: [makeStorage({ usable: false })] })] });
    expect(() => planDeployment(facts, whole)).toThrow(expect.objectContaining({ code: 'NO_NODE' }));
  });
});

describe('planDeployment', () => {
  it('is done when it is done: the same request again plans nothing', () => {
    fc.assert(
      fc.property(clusters, fc.nat(40), fc.boolean(), (facts, students, teacher) => {
        const after = applyPlan(facts, planDeployment(facts, { students, teacher }));
        expect(planDeployment(after, { students, teacher }).make).toEqual([]);
      }),
    );
  });

  it('makes each missing student once, whatever was there', () => {
    fc.assert(
      fc.property(
        clusters,
        fc.uniqueArray(fc.integer({ min: 1, max: 20 })),
        fc.nat(20),
        (facts, lost, students) => {
          const deployed = applyPlan(facts, planDeployment(facts, { students: 20, teacher: false }));
          const broken = {
            ...deployed,
            students: deployed.students.filter(({ number }) => !lost.includes(number)),
          };
          const { make } = planDeployment(broken, { students, teacher: false });
          expect(make.flatMap(({ number = [] }) => number)).toEqual(
            lost.filter((n) => n <= students).toSorted((a, b) => a - b),
          );
        },
      ),
    );
  });

  it('links a student to a base on its own node, or to one that every node reads', () => {
    fc.assert(
      fc.property(clusters, fc.nat(40), (facts, students) => {
        const { make } = planDeployment(facts, { students, teacher: true });
        const bases = make.filter(({ role }) => role === 'BASE');
        const shared = facts.nodes.every(({ storages }) => storages.every((storage) => storage.shared));
        expect(bases.length).toBeLessThanOrEqual(shared ? 1 : facts.nodes.length);
        for (const student of make.filter(({ role }) => role === 'STUDENT')) {
          const base = bases.find(({ key }) => key === student.baseKey);
          expect(base?.node === student.node || shared).toBe(true);
          expect(student.full).toBe(false);
        }
      }),
    );
  });

  it('spreads students over the nodes so that counts differ by at most one', () => {
    fc.assert(
      fc.property(clusters, fc.integer({ min: 6, max: 60 }), (facts, students) => {
        const counts = countByNode(planDeployment(facts, { students, teacher: false }));
        expect(counts).toHaveLength(facts.nodes.length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('warns of memory, of space and of an original that was rebuilt', () => {
    const tight = [makeStorage({ available: gib })];
    const facts = makeFacts({
      nodes: [makeNode('pve1', { freeMemory: gib, storages: tight })],
      bases: [{ vmid: 10_050, node: 'pve2', name: 'old', madeFrom: 'other', removable: true }],
    });
    const { warnings } = planDeployment(facts, { students: 2, teacher: false });
    expect(warnings.join('\n')).toMatch(/memory does not suffice for 1 .*\n.*bytes free.*\n.*rebuilt/);
  });
});
