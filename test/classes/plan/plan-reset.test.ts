import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassFacts } from '../../../src/classes/facts/class-facts.ts';
import { planDeployment } from '../../../src/classes/plan/plan-deployment.ts';
import { planReset } from '../../../src/classes/plan/plan-reset.ts';
import { applyPlan, makeFacts, makeNode, shareStorage } from '../support/facts.ts';

function deploy(students = 6, facts = makeFacts()) {
  return applyPlan(facts, planDeployment(facts, { students, teacher: true }));
}

function rebuild(facts: ClassFacts): ClassFacts {
  return { ...facts, source: { ...facts.source, generation: 'fedcba9876543210' } };
}

describe('planReset', () => {
  it('makes one machine anew on its node and from its base, and removes the old one afterwards', () => {
    const facts = deploy();
    const old = facts.students.find(({ number }) => number === 2);
    const plan = planReset(facts, { numbers: [2], refreshBase: false });
    expect(plan.make).toMatchObject([
      { key: 'student-2', node: old?.node, full: false, source: { vmid: old?.baseVmid } },
    ]);
    expect(plan.remove).toMatchObject([{ vmid: old?.vmid, after: ['student-2'] }]);
  });

  it('rolls a new generation out student by student; the old base goes with its last machine', () => {
    let facts = rebuild(deploy(3, makeFacts({ nodes: [makeNode('pve1')] })));
    const [oldBase] = facts.bases;
    for (const number of [1, 2, 3]) {
      const plan = planReset(facts, { numbers: [number], refreshBase: true });
      expect(plan.make.filter(({ role }) => role === 'BASE')).toHaveLength(number === 1 ? 1 : 0);
      expect(plan.remove.some(({ vmid }) => vmid === oldBase?.vmid)).toBe(number === 3);
      facts = applyPlan(facts, plan);
    }
    expect(facts.bases).toHaveLength(1);
    expect(facts.students.every(({ baseVmid }) => baseVmid === facts.bases[0]?.vmid)).toBe(true);
  });

  it('moves a student from a node that no longer can', () => {
    const facts = deploy();
    const nodes = facts.nodes.map((node) => (node.name === 'pve2' ? { ...node, online: false } : node));
    const lost = facts.students.find(({ node }) => node === 'pve2');
    const [machine] = planReset(
      { ...facts, nodes },
      { numbers: [lost?.number ?? 0], refreshBase: false },
    ).make;
    expect(['pve1', 'pve3']).toContain(machine?.node);
  });

  it('refuses a student that is not there and a machine that was not made here', () => {
    const facts = deploy();
    expect(() => planReset(facts, { numbers: [99], refreshBase: false })).toThrow(/no machine of student 99/);
    const attached = facts.students.map((student) => ({ ...student, madeHere: false }));
    expect(() => planReset({ ...facts, students: attached }, { numbers: [1], refreshBase: false })).toThrow(
      expect.objectContaining({ code: 'NOT_MADE_HERE' }),
    );
  });

  it('touches nobody but the students asked for', () => {
    fc.assert(
      fc.property(
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        fc.boolean(),
        fc.boolean(),
        (numbers, shared, newer) => {
          const deployed = deploy(7, shared ? shareStorage(makeFacts()) : makeFacts());
          const facts = newer ? rebuild(deployed) : deployed;
          const plan = planReset(facts, { numbers, refreshBase: newer });
          const students = plan.make.filter(({ role }) => role === 'STUDENT').map(({ number }) => number);
          expect(students).toEqual(numbers);
          const after = applyPlan(facts, plan);
          expect(after.students).toHaveLength(7);
          const others = facts.students.filter(({ number }) => !numbers.includes(number));
          expect(after.students).toEqual(expect.arrayContaining(others));
          const bases = new Set(after.bases.map(({ vmid }) => vmid));
          expect(after.students.every(({ baseVmid = 0 }) => bases.has(baseVmid))).toBe(true);
        },
      ),
    );
  });
});
