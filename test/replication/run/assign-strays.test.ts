import { expect, test } from 'vitest';
import type { PlannedStep } from '../../../src/replication/plan/plan.ts';
import { assignStrays } from '../../../src/replication/run/assign-strays.ts';
import type { Stray } from '../../../src/replication/run/find-halves.ts';
import { makeSight } from '../support/sights.ts';

function planned(targetNode: string): PlannedStep {
  return {
    kind: 'REPLICA',
    guestKind: 'qemu',
    way: 'LOCAL_MIGRATE',
    sourceVmid: 9000,
    sourceNode: 'pve1',
    sourceGeneration: '0123456789abcdef',
    sourceDescription: '',
    copyVmid: 9000,
    copyNode: 'pve1',
    targetNode,
    clone: {},
    migrate: { target: targetNode },
    prepare: { detach: [], remove: [] },
    name: 'template-replica',
    bytes: 1,
    storages: [],
    basis: { template: 't', policy: 'p', storages: 's', way: 'w' },
  };
}

function stray(node: string, generation = '0123456789abcdef'): Stray {
  const { marker, ...guest } = makeSight({}, { generation });
  if (marker === undefined) throw new Error('no marker');
  return { guest: { ...guest, marker, address: { ...guest.address, node } } };
}

test('a stray goes on as the step to the node it is on, or as one that is copied where it is', () => {
  const steps = [planned('pve2'), planned('pve3')];
  const onTarget = assignStrays(steps, [stray('pve3')]);
  expect(onTarget.adopted.map(({ step }) => step.targetNode)).toEqual(['pve3']);
  expect(onTarget.rest.map(({ targetNode }) => targetNode)).toEqual(['pve2']);
  expect(assignStrays(steps, [stray('pve1')]).adopted.map(({ step }) => step.targetNode)).toEqual(['pve2']);
});

test('strays of another generation, on other nodes, or more than are wanted are surplus', () => {
  const steps = [planned('pve2')];
  const strays = [stray('pve1', 'ffffffffffffffff'), stray('pve4'), stray('pve2'), stray('pve1')];
  const { adopted, surplus, rest } = assignStrays(steps, strays);
  expect(adopted).toHaveLength(1);
  expect(surplus).toHaveLength(3);
  expect(rest).toEqual([]);
});
