import { afterEach, beforeEach, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenBook, type TokenBook } from '../../src/access/token-book.ts';
import { createTokenService } from '../../src/access/token-service.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';

let folder: string;
let store: Store;
let other: Store;
let book: TokenBook;
const warnings: object[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-book-'));
  const url = `file:${join(folder, 'hub.db')}`;
  store = await openStore({ url });
  other = await openStore({ url });
  const logger = { warn: (fields: object) => void warnings.push(fields) };
  book = createTokenBook({ store, revision: store.revision, clock: systemClock, logger });
});
afterEach(async () => {
  await store.close();
  await other.close();
  rmSync(folder, { recursive: true });
});

const make = () =>
  createTokenService({ store: other, clock: systemClock }).create({
    name: 'x',
    role: 'ADMIN',
    expiresAt: new Date(Date.now() + 60_000),
  });

it('knows its tokens until another process writes one, and through writes of other tables', async () => {
  expect(book.known()).toBeUndefined();
  expect((await book.read()).size).toBe(0);
  expect(book.known()?.size).toBe(0);
  await other.prisma.cluster.create({ data: { id: 'lab', name: 'Lab', host: '10.0.0.1' } });
  expect(book.known()?.size).toBe(0);
  await make();
  expect(book.known()).toBeUndefined();
  expect((await book.read()).size).toBe(1);
});

it('a read is never older than the call: what is revoked during another read is known to be', async () => {
  const { row } = await make();
  const under = book.read();
  await createTokenService({ store: other, clock: systemClock }).revoke(row.id);
  const [, later] = await Promise.all([under, book.read(), book.read()]);
  expect(later.get(row.id)?.revokedAt).toBeInstanceOf(Date);
});

it('a use that cannot be written is told in the log and hurts nobody', async () => {
  await store.prisma.$executeRawUnsafe('DROP TABLE api_tokens');
  book.noteUse(1);
  await book.settle();
  expect(warnings).toEqual([expect.objectContaining({ token: 1 })]);
});
