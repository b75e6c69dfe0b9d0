import { expect, test } from 'vitest';
import { placeOnNode } from '../../src/graphql/reads/place-on-node.ts';

const original = { vmid: 111, node: 'a' };
const online = { name: 'b', state: 'ONLINE' } as const;
const offline = { name: 'b', state: 'OFFLINE' } as const;
const step = { phase: 'CLONING', vmid: 300, errorCode: null, errorMessage: null } as const;
const failed = { phase: 'FAILED', vmid: null, errorCode: 'STORAGE_FULL', errorMessage: 'full' } as const;
const replica = { vmid: 201, state: 'PRESENT' } as const;

test.each([
  ['the original itself', { name: 'a', state: 'OFFLINE' } as const, {}, ['PRESENT', 111, null]],
  ['a replica', online, { replica }, ['PRESENT', 201, null]],
  [
    'a replica of an older generation',
    online,
    { replica: { vmid: 202, state: 'OUTDATED' } as const },
    ['OUTDATED', 202, null],
  ],
  ['a replica before a step', online, { replica, step }, ['PRESENT', 201, null]],
  ['a step under way', online, { step }, ['BEING_MADE', 300, null]],
  ['a step under way to a node that is offline by now', offline, { step }, ['BEING_MADE', 300, null]],
  ['a failed step', online, { step: failed }, ['FAILED', null, 'STORAGE_FULL']],
  [
    'a failed step without a code',
    online,
    { step: { ...failed, errorCode: null } },
    ['FAILED', null, 'STEP_FAILED'],
  ],
  [
    'a failed step to a node that is offline by now',
    offline,
    { step: failed },
    ['NOT_POSSIBLE', null, 'NODE_OFFLINE'],
  ],
  ['a node that is offline', offline, {}, ['NOT_POSSIBLE', null, 'NODE_OFFLINE']],
  [
    'a node of a cluster that was not reached: not missing',
    { name: 'b', state: 'UNKNOWN' } as const,
    {},
    ['NOT_POSSIBLE', null, 'NODE_UNKNOWN'],
  ],
  ['nothing', online, {}, ['MISSING', null, null]],
])('%s', (_name, node, facts, wanted) => {
  const placed = placeOnNode(original, node, { replica: null, step: null, ...facts });
  expect([placed.status, placed.vmid, placed.reasonCode]).toEqual(wanted);
});
