import { describe, expect, it } from 'vitest';
import type { ObservedNode } from '../../../src/inventory/observe/observation.ts';
import { findClusterEvent, judgeScan } from '../../../src/inventory/record/cluster-status.ts';
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

describe('what webhooks are told of a cluster', () => {
  const online = { status: 'ONLINE', code: null } as const;
  const away = (code: string) => ({ status: 'UNREACHABLE', code }) as const;

  it.each([
    [undefined, online, undefined],
    [online, online, undefined],
    [undefined, away('TIMEOUT'), 'CLUSTER_UNREACHABLE'],
    [online, away('TIMEOUT'), 'CLUSTER_UNREACHABLE'],
    [away('TIMEOUT'), away('UNREACHABLE'), undefined],
    [away('TIMEOUT'), away('TLS_UNTRUSTED'), 'CLUSTER_CERTIFICATE_CHANGED'],
    [away('TLS_UNTRUSTED'), away('UNAUTHENTICATED'), 'CLUSTER_LOGIN_REFUSED'],
    [away('UNAUTHENTICATED'), { status: 'DEGRADED', code: 'LIST_CUT' } as const, 'CLUSTER_RETURNED'],
    [{ status: 'DEGRADED', code: 'LIST_CUT' } as const, online, undefined],
  ])('%j, then %j: %s', (before, after, expected) => {
    expect(findClusterEvent(before, after)).toBe(expected);
  });
});
