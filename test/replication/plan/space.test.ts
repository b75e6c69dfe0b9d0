/** Room on storages, thick and thin. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planReplication } from '../../../src/replication/plan/plan-replication.ts';
import { openLedger } from '../../../src/replication/plan/space.ts';
import { gibibyte, input, node, observe, storage, template } from './support/observed.ts';

interface Pool {
  total: number;
  used: number;
}

/** A thin disk of `size` GiB on pve1, and what is planned for pve2; pools in GiB. */
function plan(
  { size, here, there }: { size: number; here: Pool; there: Pool },
  { overcommit, type = 'lvmthin' }: { overcommit?: number; type?: string } = {},
) {
  const pool = (place: string, { total, used }: Pool) =>
    storage(`${place}/pool`, { type, total: total * gibibyte, available: (total - used) * gibibyte });
  const source = template({
    vmid: 100,
    node: 'pve1',
    config: { scsi0: `pool:base-100-disk-0,size=${size}G` },
  });
  const observation = observe({
    nodes: [node('pve1'), node('pve2')],
    storages: [pool('pve1', here), pool('pve2', there)],
    templates: [source],
  });
  const planned = planReplication(input(observation, { policy: { overcommit } }));
  const placement = planned.placements.find((one) => one.node === 'pve2');
  return {
    way: placement?.way,
    reason: placement?.reason,
    warnings: placement?.warnings?.map(({ code }) => code),
  };
}

const big = { total: 1000, used: 0 };

describe('a thin disk of 200 GiB', () => {
  it('with 5 GiB of data fits into a pool of 100, and that is warned of', () => {
    const { way, warnings } = plan({
      size: 200,
      here: { total: 100, used: 5 },
      there: { total: 100, used: 0 },
    });
    expect(way).toBe('LOCAL_MIGRATE');
    expect(warnings).toEqual(['OVERCOMMITTED', 'OVERCOMMITTED']);
  });

  it('of which nobody knows how full it is does not, unless the policy promises as much', () => {
    const pools = { size: 200, here: { total: 1000, used: 500 }, there: { total: 100, used: 0 } };
    expect(plan(pools).reason?.code).toBe('NO_SPACE');
    expect(plan(pools).reason?.message).toContain('overcommit');
    expect(plan(pools, { overcommit: 1.9 }).reason?.code).toBe('NO_SPACE');
    expect(plan(pools, { overcommit: 2 })).toMatchObject({
      way: 'LOCAL_MIGRATE',
      warnings: ['OVERCOMMITTED'],
    });
  });

  it('promises nothing beyond what is free where the policy forbids it', () => {
    const pools = { size: 200, here: big, there: { total: 100, used: 0 } };
    expect(plan(pools, { overcommit: 1 }).reason?.code).toBe('NO_SPACE');
    expect(plan({ ...pools, there: { total: 200, used: 0 } }, { overcommit: 1 }).warnings).toBeUndefined();
  });

  it('passes through its own pool under the same rule', () => {
    const pools = { size: 200, here: { total: 300, used: 180 }, there: big };
    expect(plan(pools).reason?.code).toBe('NO_SPACE_ON_SOURCE');
    expect(plan(pools, { overcommit: 2 }).warnings).toEqual(['OVERCOMMITTED']);
  });

  it('takes all of its room on thick storage, whatever the policy', () => {
    const pools = { size: 200, here: { total: 500, used: 5 }, there: { total: 100, used: 0 } };
    expect(plan(pools, { type: 'zfspool', overcommit: 9 }).reason?.code).toBe('NO_SPACE');
  });
});

describe('the ledger', () => {
  const use = fc.record({
    key: fc.constantFrom('pve1/thin', 'pve1/thick'),
    from: fc.constantFrom('pve2/thin', 'pve3/thin'),
    target: fc.constant('pve1'),
    bytes: fc.nat(400),
  });

  it('never promises more than the policy, and never more than is free on thick storage', () => {
    const storages = [
      storage('pve1/thin', { type: 'lvmthin', total: 300, available: 200 }),
      storage('pve1/thick', { type: 'lvm', total: 300, available: 200 }),
    ];
    fc.assert(
      fc.property(fc.array(use, { maxLength: 12 }), fc.constantFrom(1, 1.5, 4), (uses, overcommit) => {
        const ledger = openLedger(storages, overcommit);
        const taken = new Map<string, number>();
        for (const one of uses) {
          const route = { way: 'LOCAL_MIGRATE' as const, clone: {}, stays: [one], passes: [] };
          if ('warnings' in ledger.take(route)) taken.set(one.key, (taken.get(one.key) ?? 0) + one.bytes);
        }
        expect(taken.get('pve1/thin') ?? 0).toBeLessThanOrEqual(200 * overcommit);
        expect(taken.get('pve1/thick') ?? 0).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('without a word of the policy promises only what holds if all copies are written full', () => {
    const storages = [
      storage('pve1/thin', { type: 'lvmthin', total: 300, available: 200 }),
      storage('pve2/thin', { type: 'lvmthin', total: 900, available: 850 }),
      storage('pve3/thin', { type: 'lvmthin', total: 900, available: 750 }),
    ];
    const written = { 'pve2/thin': 50, 'pve3/thin': 150 };
    fc.assert(
      fc.property(fc.array(use, { maxLength: 12 }), (uses) => {
        const ledger = openLedger(storages);
        const taken = { 'pve2/thin': 0, 'pve3/thin': 0 };
        for (const one of uses.filter(({ key }) => key === 'pve1/thin')) {
          const route = { way: 'LOCAL_MIGRATE' as const, clone: {}, stays: [one], passes: [] };
          if ('warnings' in ledger.take(route)) taken[one.from] += one.bytes;
        }
        const needed =
          Math.min(taken['pve2/thin'], written['pve2/thin']) +
          Math.min(taken['pve3/thin'], written['pve3/thin']);
        expect(needed).toBeLessThanOrEqual(200);
      }),
    );
  });
});
