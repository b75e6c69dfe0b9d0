import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSteps, type Schedulable } from '../../../src/replication/plan/schedule.ts';

const limits = { perSource: 1, perTarget: 1, perStorage: 2, perCluster: 3 };

function copy(from: string, to: string, more: Partial<Schedulable> = {}): Schedulable {
  const place = { copyNode: from, targetNode: to, storages: [`${from}/local`, `${to}/local`] };
  return { guestKind: 'qemu', sourceVmid: 100, copyVmid: 100, bytes: 10, ...place, ...more };
}

const anyCopy = fc
  .record({
    from: fc.constantFrom('pve1', 'pve2', 'pve3', 'pve4'),
    to: fc.constantFrom('pve5', 'pve6', 'pve7', 'pve8'),
    sourceVmid: fc.integer({ min: 100, max: 104 }),
    bytes: fc.integer({ min: 1, max: 64 }),
    guestKind: fc.constantFrom('qemu' as const, 'lxc' as const),
    replacesVmid: fc.option(fc.integer({ min: 900, max: 903 }), { nil: undefined }),
    shared: fc.boolean(),
  })
  .map(({ from, to, sourceVmid, shared, ...more }) =>
    copy(from, to, { ...more, sourceVmid, copyVmid: sourceVmid, ...(shared && { storages: ['san'] }) }),
  );

const someLimits = fc.record({
  perSource: fc.integer({ min: 1, max: 3 }),
  perTarget: fc.integer({ min: 1, max: 3 }),
  perStorage: fc.integer({ min: 1, max: 4 }),
  perCluster: fc.integer({ min: 1, max: 8 }),
});

describe('chooseSteps', () => {
  it('takes the longest first', () => {
    const ready = [copy('pve1', 'pve2', { bytes: 5 }), copy('pve1', 'pve3', { bytes: 50 })];
    expect(chooseSteps({ ready, running: [], limits })).toEqual([ready[1]]);
  });

  it('serves the busiest node first', () => {
    const alone = copy('pve1', 'pve4', { bytes: 12 });
    const many = ['pve3', 'pve4', 'pve5'].map((to) => copy('pve2', to));
    expect(
      chooseSteps({ ready: [alone, ...many], running: [], limits: { ...limits, perCluster: 1 } })[0]
        ?.copyNode,
    ).toBe('pve2');
  });

  it('copies a container once at a time and replaces one replica of a source at a time', () => {
    const two = { ...limits, perSource: 2 };
    const containers = ['pve2', 'pve3'].map((to) => copy('pve1', to, { guestKind: 'lxc' }));
    expect(chooseSteps({ ready: containers, running: [], limits: two })).toHaveLength(1);
    const replacing = ['pve2', 'pve3'].map((to, index) => copy('pve1', to, { replacesVmid: 900 + index }));
    expect(chooseSteps({ ready: replacing, running: [], limits: two })).toHaveLength(1);
  });

  it('keeps every limit, what runs included', () => {
    fc.assert(
      fc.property(fc.array(anyCopy, { maxLength: 20 }), someLimits, (ready, some) => {
        const running = chooseSteps({ ready: ready.slice(0, 5), running: [], limits: some });
        const chosen = chooseSteps({ ready: ready.slice(5), running, limits: some });
        const all = [...running, ...chosen];
        const most = (keys: string[]) =>
          Math.max(
            0,
            ...Map.groupBy(keys, (key) => key)
              .values()
              .map((one) => one.length),
          );
        expect(all.length).toBeLessThanOrEqual(some.perCluster);
        expect(most(all.map(({ copyNode }) => copyNode))).toBeLessThanOrEqual(some.perSource);
        expect(most(all.map(({ targetNode }) => targetNode))).toBeLessThanOrEqual(some.perTarget);
        expect(most(all.flatMap(({ storages }) => storages))).toBeLessThanOrEqual(some.perStorage);
      }),
    );
  });

  it('never stands still while something could be done, and ends', () => {
    fc.assert(
      fc.property(fc.array(anyCopy, { maxLength: 20 }), someLimits, (steps, some) => {
        let ready = steps;
        while (ready.length > 0) {
          const chosen = chooseSteps({ ready, running: [], limits: some });
          expect(chosen.length).toBeGreaterThan(0);
          ready = ready.filter((step) => !chosen.includes(step));
        }
      }),
    );
  });

  it('does not depend on the order of its input', () => {
    // As in a plan, no (source, node) comes twice.
    const selector = ({ sourceVmid, targetNode }: Schedulable) => `${sourceVmid}/${targetNode}`;
    const shuffled = fc
      .uniqueArray(anyCopy, { maxLength: 12, selector })
      .chain((steps) =>
        fc.tuple(
          fc.constant(steps),
          fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([steps, others]) => {
        const choose = (ready: readonly Schedulable[]) => chooseSteps({ ready, running: [], limits });
        expect(choose(others)).toEqual(choose(steps));
      }),
      { numRuns: 500 },
    );
  });
});
