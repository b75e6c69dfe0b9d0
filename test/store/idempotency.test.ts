import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkKey, findResult, rememberResult } from '../../src/store/idempotency.ts';
import type { Store } from '../../src/store/store.ts';
import { openTemporaryStore } from '../inventory/support/temporary-store.ts';

const day = 24 * 60 * 60 * 1000;
const request = { key: 'a', mutation: 'm', input: { vmid: 1 }, now: 100 * day };

let store: Store;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ store, remove } = await openTemporaryStore());
});
afterAll(() => remove());

it('a key gives what it gave first, and is a conflict with another input', async () => {
  expect(await findResult(store.prisma, request)).toBeUndefined();
  await rememberResult(store.prisma, request, '[1]');
  expect(await findResult(store.prisma, request)).toEqual({ result: '[1]' });
  expect(await findResult(store.prisma, { ...request, input: { vmid: 2 } })).toEqual({ conflict: true });
});

it('a key is not kept for ever: it is forgotten after 30 days', async () => {
  const next = { ...request, key: 'b', now: request.now + 30 * day };
  await rememberResult(store.prisma, next, '[2]');
  expect(await findResult(store.prisma, request)).toEqual({ result: '[1]' });
  await rememberResult(store.prisma, { ...next, key: 'c', now: next.now + 1 }, '[3]');
  expect(await findResult(store.prisma, request)).toBeUndefined();
  expect(await findResult(store.prisma, next)).toEqual({ result: '[2]' });
});

it.each([
  ['', false],
  ['a', true],
  ['a'.repeat(200), true],
  ['a'.repeat(201), false],
  ['a'.repeat(90_000), false],
])('the key %.9s… is taken: %s', (key, isTaken) => {
  const check = () => checkKey(key);
  if (isTaken) expect(check).not.toThrow();
  else expect(check).toThrow('must have 1 to 200 characters');
});
