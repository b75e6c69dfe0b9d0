/** The same template, made by hand on each node. */
import { describe, expect, it } from 'vitest';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import type { ReplicationPolicyInput } from '../../../src/replication/policy/policy.ts';
import { cluster, input, template } from './support/observed.ts';

const byHand = [
  template({ vmid: 100, node: 'pve1', name: 'debian' }),
  template({ vmid: 101, node: 'pve2', name: 'debian' }),
];

function plan(policy: ReplicationPolicyInput, templates = byHand) {
  const planned = planReplication(input(cluster(...templates), { policy }));
  const steps = planned.steps.map((step) => `${step.sourceVmid}→${step.targetNode}`).sort();
  return { ...planned, steps };
}

describe('originals of one name', () => {
  it('are told of, and copied each by itself unless the policy says otherwise', () => {
    const { steps, placements } = plan({});
    expect(steps).toEqual(['100→pve2', '100→pve3', '101→pve1', '101→pve3']);
    const [warning] = placements.find(({ way }) => way !== undefined)?.warnings ?? [];
    expect(warning?.code).toBe('SAME_NAME');
    expect(warning?.message).toMatch(/100 on pve1, 101 on pve2.*sameName: one/);
  });

  it('are one template by the policy: only a node that has none of them gets a copy, of the first', () => {
    const { steps, placements } = plan({ sameName: 'one' });
    expect(steps).toEqual(['100→pve3']);
    const unwanted = placements.filter(({ reason }) => reason?.code === 'SAME_NAME');
    expect(unwanted.map(({ sourceVmid, node }) => `${sourceVmid} ${node}`)).toEqual([
      '100 pve2',
      '101 pve1',
      '101 pve3',
    ]);
  });

  it('are of one kind, and on different nodes', () => {
    const other = [
      template({ vmid: 100, node: 'pve1', name: 'debian' }),
      template({ vmid: 101, node: 'pve1', name: 'debian' }),
      template({
        vmid: 102,
        node: 'pve2',
        name: 'debian',
        kind: 'lxc',
        config: { rootfs: 'thin:base-102-disk-0,size=1G' },
      }),
    ];
    const { steps, placements } = plan({ sameName: 'one' }, other);
    expect(steps).toHaveLength(6);
    expect(placements.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
  });

  it('are no replicas: those bear names of their own making', () => {
    const generation = byHand[0]?.details?.generation;
    const replica = template({
      vmid: 102,
      node: 'pve3',
      name: 'debian',
      marker: { source: 100, generation },
    });
    const { placements } = plan({ sameName: 'one' }, [...byHand, replica]);
    expect(placements.find(({ vmid }) => vmid === 102)).toMatchObject({ status: 'PRESENT', sourceVmid: 100 });
  });
});
