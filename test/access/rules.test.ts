import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findSight, hasRole, isHubAdmin, roles, writeSight } from '../../src/access/caller.ts';
import { judgeToken, type KnownToken } from '../../src/access/judge-token.ts';
import { hashSecret, makeRandomSecret, parseToken, writeToken } from '../../src/access/token-text.ts';
import { cutTable } from '../../src/store/sql/sight.ts';

describe('the text of a token', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (id) => {
        const secret = makeRandomSecret();
        expect(parseToken(writeToken({ id, secret }))).toEqual({ id, secret });
      }),
    );
  });

  const secret = 'a'.repeat(64);
  it.each([
    '',
    'thub_',
    `thub_0_${secret}`,
    `thub_1_${secret}0`,
    `thub_1_${'A'.repeat(64)}`,
    ` thub_1_${secret}`,
  ])('is not %j', (text) => expect(parseToken(text)).toBeUndefined());

  it('has another secret each time', () => {
    expect(makeRandomSecret()).not.toBe(makeRandomSecret());
  });
});

describe('a token', () => {
  const secret = 'b'.repeat(64);
  const token: KnownToken = {
    id: 7,
    name: 'ci',
    role: 'OPERATOR',
    clusters: ['lab'],
    hash: hashSecret(secret),
    expiresAt: new Date(1000),
    revokedAt: null,
  };
  const caller = { name: 'ci', role: 'OPERATOR', clusters: ['lab'], tokenId: 7 };

  test.each<[string, Partial<KnownToken>, [string, number], object]>([
    ['is good before its expiry', {}, [secret, 999], { caller }],
    ['is no longer good at the moment of its expiry', {}, [secret, 1000], { refused: 'EXPIRED' }],
    ['is not good once it was revoked', { revokedAt: new Date(5) }, [secret, 10], { refused: 'REVOKED' }],
    ['is not good with another secret', {}, ['c'.repeat(64), 10], { refused: 'UNKNOWN' }],
    ['tells its state to nobody else', { revokedAt: new Date(5) }, ['c', 10], { refused: 'UNKNOWN' }],
  ])('%s', (_name, changes, [given, now], expected) => {
    expect(judgeToken({ ...token, ...changes }, hashSecret(given), now)).toEqual(expected);
  });

  it('that is not known lets nobody in', () => {
    expect(judgeToken(undefined, hashSecret(secret), 0)).toEqual({ refused: 'UNKNOWN' });
  });
});

describe('roles', () => {
  it('may do what the ones before them may, and no more', () => {
    const table = roles.map((role) => roles.map((needed) => hasRole({ role }, needed)));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('of some clusters concern nothing of the whole hub', () => {
    expect(isHubAdmin({ role: 'ADMIN', clusters: null })).toBe(true);
    expect(isHubAdmin({ role: 'ADMIN', clusters: ['lab'] })).toBe(false);
    expect(isHubAdmin({ role: 'OPERATOR', clusters: null })).toBe(false);
  });

  it('and clusters are the same text for callers who are answered the same, and for no others', () => {
    const right = fc.record({
      role: fc.constantFrom(...roles),
      clusters: fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'a,b', '"', 'c'))),
    });
    fc.assert(
      fc.property(right, right, (one, other) => {
        const isSame =
          one.role === other.role &&
          JSON.stringify(one.clusters?.toSorted()) === JSON.stringify(other.clusters?.toSorted());
        expect(writeSight(one) === writeSight(other)).toBe(isSame);
      }),
    );
  });
});

test.each([
  ['Template', ['clusterId'], { column: 'clusterId', values: ['lab'] }],
  ['Cluster', ['id'], { column: 'id', values: ['lab'] }],
  ['Webhook', ['clusterId'], 'none'],
  ['Lease', ['name'], 'none'],
])('of %s there is for a caller of one cluster what has it', (model, names, expected) => {
  const column = { name: '', type: 'String', isEnum: false, nullable: false };
  const table = { model, columns: new Map(names.map((name) => [name, column])) };
  expect(cutTable(table, findSight({ role: 'ADMIN', clusters: ['lab'] }))).toEqual(expected);
  expect(cutTable(table, findSight({ role: 'ADMIN', clusters: null }))).toBe('all');
});
