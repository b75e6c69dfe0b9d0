import { expect, test } from 'vitest';
import { placeOriginal, type PlacementFacts } from '../../src/graphql/reads/place-originals.ts';

const original = { id: 1, clusterId: 'c', clusterIp: '10.0.0.1', vmid: 111, node: 'a', isReplica: false };
const step = { clusterId: 'c', sourceVmid: 111, vmid: null, errorCode: null, errorMessage: null };
const facts: PlacementFacts = {
  nodes: [
    ...['a', 'b', 'c', 'd', 'e'].map((name) => ({ clusterId: 'c', name, state: 'ONLINE' as const })),
    { clusterId: 'c', name: 'f', state: 'OFFLINE' },
    { clusterId: 'other', name: 'a', state: 'ONLINE' },
  ],
  replicas: [
    { clusterIp: '10.0.0.1', sourceVmid: 111, node: 'b', vmid: 201, state: 'PRESENT' },
    { clusterIp: '10.0.0.1', sourceVmid: 111, node: 'c', vmid: 202, state: 'OUTDATED' },
    { clusterIp: '10.0.0.2', sourceVmid: 111, node: 'd', vmid: 203, state: 'PRESENT' },
  ],
  steps: [
    { ...step, targetNode: 'd', phase: 'CLONING', vmid: 300 },
    { ...step, targetNode: 'd', phase: 'FAILED', errorCode: 'NO_SPACE', errorMessage: 'full' },
    { ...step, targetNode: 'e', phase: 'FAILED', errorCode: 'NO_SPACE', errorMessage: 'full' },
  ],
};

test('every node of the cluster is told of, once', () => {
  expect(
    placeOriginal(original, facts).map(({ node, status, vmid, reasonCode }) => [
      node,
      status,
      vmid,
      reasonCode,
    ]),
  ).toEqual([
    ['a', 'PRESENT', 111, null],
    ['b', 'PRESENT', 201, null],
    ['c', 'OUTDATED', 202, null],
    ['d', 'BEING_MADE', 300, null],
    ['e', 'FAILED', null, 'NO_SPACE'],
    ['f', 'NOT_POSSIBLE', null, 'NODE_OFFLINE'],
  ]);
});

test('what is not there and was not tried is missing', () => {
  const [, second] = placeOriginal(original, { ...facts, replicas: [], steps: [] });
  expect(second).toEqual({ node: 'b', status: 'MISSING', vmid: null, reasonCode: null, reason: null });
});

test('replicas have no placements', () => {
  expect(placeOriginal({ ...original, isReplica: true }, facts)).toEqual([]);
});
