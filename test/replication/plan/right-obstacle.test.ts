import { describe, expect, it } from 'vitest';
import { findRightObstacle } from '../../../src/replication/plan/right-obstacle.ts';

const allocate = { 'VM.Allocate': true };
const nothing = { pool: undefined, vmidRange: undefined };
const inPool = { ...nothing, pool: 'copies' };

describe('an account may make guests', () => {
  it.each([
    ['with the right on all guests', { '/vms': allocate }, nothing],
    ['with the right in the pool of the policy', { '/pool/copies': allocate }, inPool],
    [
      'with the right on an id that replicas may have',
      { '/vms/500': allocate },
      { ...nothing, vmidRange: { first: 500, last: 510 } },
    ],
    ['as far as is known, when its rights could not be read', undefined, nothing],
  ])('%s', (_what, permissions, policy) => {
    expect(findRightObstacle({ permissions, isRoot: false }, policy)).toBeUndefined();
  });

  it('as root always', () => {
    expect(findRightObstacle({ permissions: {}, isRoot: true }, nothing)).toBeUndefined();
  });
});

describe('an account may make no guest', () => {
  it.each([
    ['without any right', {}, nothing, /missing on \/vms; .* name a pool in the policy/],
    ['with other rights', { '/vms': { 'VM.Audit': true } }, nothing, /missing on \/vms/],
    ['with the right in another pool', { '/pool/other': allocate }, inPool, /on \/pool\/copies and on \/vms/],
    ['with the right on its own guest', { '/vms/100': allocate }, nothing, /missing on \/vms/],
    [
      'with the right on an id outside of the range',
      { '/vms/499': allocate },
      { ...nothing, vmidRange: { first: 500, last: 510 } },
      /missing on \/vms/,
    ],
  ])('%s', (_what, permissions, policy, message) => {
    const reason = findRightObstacle({ permissions, isRoot: false }, policy);
    expect(reason).toMatchObject({ code: 'RIGHT_MISSING', message: expect.stringMatching(message) });
  });
});
