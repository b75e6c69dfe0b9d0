import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAuditBook } from '../../src/access/audit/audit-book.ts';
import { ownProcess } from '../../src/access/caller.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';

const minute = 60_000;
let now = Date.UTC(2026, 0, 1);
const clock = { now: () => now, sleep: systemClock.sleep };
const logger = { info: () => undefined, warn: () => undefined };
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-audit-'));
  store = await openStore({ url: `file:${join(folder, 'hub.db')}` });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const asked = { caller: ownProcess, origin: null, what: 'scanCluster', input: {} };
const count = () => store.prisma.auditEvent.count();

it('old rows are looked for once an hour', async () => {
  const book = createAuditBook({ store, clock, logger, keep: 10 * minute });
  const scan = () =>
    book.follow(
      asked,
      async () => null,
      () => ({ outcome: 'DONE' }),
    );
  await scan();
  now += 59 * minute;
  await scan();
  expect(await count()).toBe(2);
  now += minute;
  await scan();
  expect(await count()).toBe(2);
});

it('with 0 rows are kept for ever', async () => {
  const book = createAuditBook({ store, clock, logger, keep: 0 });
  await store.prisma.auditEvent.create({ data: { at: new Date(0), who: 'x', what: 'y' } });
  await book.follow(
    asked,
    async () => null,
    () => ({ outcome: 'DONE' }),
  );
  expect(await count()).toBe(2);
});

it('refusals are counted anew after a minute, and what is not counted yet is written at the end', async () => {
  const book = createAuditBook({ store, clock, logger, keep: 0 });
  const refusal = { origin: '10.0.0.9', what: 'GET /', code: 'UNAUTHENTICATED' };
  const refuse = (times: number) => {
    for (let time = 0; time < times; time += 1) book.refuse(refusal);
  };
  refuse(3);
  await book.settle();
  now += minute - 1;
  refuse(1);
  await book.settle();
  now += 1;
  refuse(2);
  await book.settle();
  const rows = await store.prisma.auditEvent.findMany({ orderBy: { id: 'asc' } });
  expect(rows.map((row) => row.count)).toEqual([4, 2]);
});

it('a mutation that throws is FAILED, and throws', async () => {
  const book = createAuditBook({ store, clock, logger, keep: 0 });
  const work = () => Promise.reject(new Error('a bug'));
  const judge = (ended: object) => ({ outcome: 'error' in ended ? ('FAILED' as const) : ('DONE' as const) });
  await expect(book.follow(asked, work, judge)).rejects.toThrow('a bug');
  expect(await store.prisma.auditEvent.findFirst()).toMatchObject({ outcome: 'FAILED', who: 'command line' });
});
