import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseLinkedClones } from '../../../src/replication/run/choose-linked.ts';
import { toSchedulable } from '../../../src/replication/run/schedulable.ts';
import { makeStep } from '../support/rows.ts';

function step(id: number, storages: string[], guestKind: 'QEMU' | 'LXC' = 'QEMU') {
  return toSchedulable(makeStep({ id, guestKind }, { full: false, storages }));
}

test('never more than four at once on a storage, whatever runs already', () => {
  const storage = fc.constantFrom('nas', 'pve1/data', 'pve2/data');
  const list = fc.array(fc.array(storage, { minLength: 1, maxLength: 2 }), { maxLength: 20 });
  fc.assert(
    fc.property(list, list, (waiting, working) => {
      const ready = waiting.map((storages, id) => step(id, storages));
      const running = chooseLinkedClones({
        ready: working.map((storages, id) => step(100 + id, storages)),
        running: [],
      });
      const chosen = chooseLinkedClones({ ready, running });
      for (const key of ['nas', 'pve1/data', 'pve2/data']) {
        const count = [...running, ...chosen].filter(({ storages }) => storages.includes(key)).length;
        expect(count).toBeLessThanOrEqual(4);
      }
    }),
  );
});

test('a container is cloned once at a time', () => {
  const ready = [step(1, ['a'], 'LXC'), step(2, ['b'], 'LXC')];
  expect(chooseLinkedClones({ ready, running: [] }).map(({ row }) => row.id)).toEqual([1]);
});
