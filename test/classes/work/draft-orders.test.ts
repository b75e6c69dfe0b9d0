import { describe, expect, it } from 'vitest';
import { changeSettings } from '../../../src/classes/class-settings.ts';
import { draftOrders } from '../../../src/classes/work/draft-orders.ts';
import { planDeployment } from '../../../src/classes/plan/plan-deployment.ts';
import { planReset } from '../../../src/classes/plan/plan-reset.ts';
import type { ClassRow } from '../../../src/classes/rows.ts';
import type { MakeOrder, StepOrder } from '../../../src/replication/order.ts';
import { makeRecipeSchema } from '../../../src/replication/recipe.ts';
import { applyPlan, generation, makeFacts, makeNode, shareStorage } from '../support/facts.ts';

const row: ClassRow = {
  id: 7,
  name: 'Linux 101',
  teacher: 'ada',
  description: null,
  joinToken: null,
  joinExpiresAt: null,
  joinNeverExpires: false,
  clusterId: 'lab',
  sourceVmid: 9000,
  sourceTemplateId: null,
  pool: 'lab-pool',
  nodes: '',
  vmidFirst: 10_000,
  vmidLast: 10_099,
  namePattern: '<class>-<n>',
  tags: 'linux,autumn',
  settings: changeSettings({ settings: '{}' }, { snapshot: 'baseline', start: true }),
  state: 'DRAFT',
  generation: 0,
  imported: false,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

function draft(plan: Parameters<typeof draftOrders>[1], found = row): StepOrder[] {
  let count = 0;
  return draftOrders(found, plan, () => `token-${(count += 1)}`);
}

function findMade(orders: readonly StepOrder[], kind: StepOrder['kind']): MakeOrder[] {
  return orders.flatMap((order) => (order.kind === kind && order.kind !== 'REMOVE' ? [order] : []));
}

describe('draftOrders', () => {
  const facts = makeFacts({ nodes: [makeNode('pve1'), makeNode('pve2')] });
  const plan = planDeployment(facts, { students: 4, teacher: true });
  const orders = draft(plan);

  it('orders bases as full copies of the original that are converted', () => {
    const [base] = findMade(orders, 'CLASS_BASE');
    expect(base).toMatchObject({
      sourceVmid: 9000,
      sourceGeneration: generation,
      way: 'FULL_CLONE',
      classId: 7,
    });
    expect(base?.recipe).toMatchObject({
      full: true,
      convert: true,
      set: { tags: 'linux;autumn' },
      pool: 'lab-pool',
    });
    expect(base?.recipe).toMatchObject({
      start: false,
      snapshot: undefined,
      vmids: { first: 10_000, last: 10_099 },
    });
  });

  it('orders students as linked clones of the base that another step makes, with snapshot and start', () => {
    const bases = new Map(findMade(orders, 'CLASS_BASE').map(({ token, targetNode }) => [token, targetNode]));
    for (const { way, targetNode, recipe, sourceVmid } of findMade(orders, 'CLASS_STUDENT')) {
      expect([way, sourceVmid]).toEqual(['LINKED_CLONE', 0]);
      expect(bases.get(recipe.sourceStep ?? '')).toBe(targetNode);
      expect(recipe).toMatchObject({ full: false, convert: false, snapshot: 'baseline', start: true });
      expect(recipe.storages).toEqual([`${targetNode}/local-lvm`]);
    }
  });

  it('takes nothing over that would start machines with their node', () => {
    for (const order of findMade(orders, 'CLASS_TEACHER'))
      expect(order.recipe.remove).toEqual(['onboot', 'startup']);
  });

  it('names shared storages without a node, and hands clones over', () => {
    const shared = draft(planDeployment(shareStorage(facts), { students: 4, teacher: true }));
    const students = findMade(shared, 'CLASS_STUDENT');
    expect(students.every(({ recipe }) => recipe.storages?.join() === 'ceph')).toBe(true);
    expect(
      students.map(({ targetNode, recipe }) => recipe.cloneTarget === (targetNode !== 'pve1')),
    ).not.toContain(false);
  });

  it('gives recipes that the step machine takes, each token once, and waits only for what is before', () => {
    const before = new Set<string>();
    for (const { token, recipe, kind } of orders) {
      if (kind !== 'REMOVE') expect(makeRecipeSchema.safeParse(recipe).success).toBe(true);
      const waits = 'sourceStep' in recipe ? [recipe.sourceStep] : [];
      expect(waits.every((other) => other === undefined || before.has(other))).toBe(true);
      expect(before.has(token)).toBe(false);
      before.add(token);
    }
  });

  it('removes an old machine after the new one, and only one with the marker of the class', () => {
    const reset = draft(planReset(applyPlan(facts, plan), { numbers: [1], refreshBase: false }));
    const [student] = findMade(reset, 'CLASS_STUDENT');
    const removal = reset.find(({ kind }) => kind === 'REMOVE');
    expect(removal?.recipe).toEqual({ stop: true, classId: 7, after: [student?.token] });
  });

  it('leaves the tags of the original where the class has none', () => {
    const [base] = findMade(draft(plan, { ...row, tags: '' }), 'CLASS_BASE');
    expect(base?.recipe.set).toEqual({});
  });
});
