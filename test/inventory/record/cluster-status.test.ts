import { describe, expect, it } from 'vitest';
import type { ObservedNode } from '../../../src/inventory/observe/observation.ts';
import { judgeScan } from '../../../src/inventory/record/cluster-status.ts';
import { isReached } from '../../../src/store/cluster-status.ts';

const node: ObservedNode = { name: 'pve1', state: 'ONLINE', listed: true, guests: 1 };
const well = { reachable: true, quorate: true, nodes: [node] };
const fault = { code: 'LIST_CUT', message: 'Not everything is shown.' };

describe('what a scan says of its cluster', () => {
  it.each([
    ['ONLINE', well],
    ['ONLINE', { ...well, quorate: undefined }],
    ['DEGRADED', { ...well, fault }],
    ['DEGRADED', { ...well, quorate: false }],
    ['DEGRADED', { ...well, nodes: [node, { ...node, state: 'OFFLINE' as const }] }],
    ['DEGRADED', { ...well, nodes: [node, { ...node, state: 'UNKNOWN' as const }] }],
    ['UNREACHABLE', { ...well, reachable: false, nodes: [], fault }],
  ])('%s: %j', (expected, seen) => {
    expect(judgeScan(seen)).toBe(expected);
  });
});

it.each([
  ['ONLINE', true],
  ['DEGRADED', true],
  ['UNREACHABLE', false],
  ['NEVER_SCANNED', false],
] as const)('%s: it answered: %s', (status, expected) => {
  expect(isReached(status)).toBe(expected);
});
