import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnchanged } from '../../src/store/revision.ts';
import { openStore, type Store } from '../../src/store/store.ts';

let folder: string;
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-store-'));
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await openStore({ url: 'file:./deep/hub.db', folder });
  opened.push(store);
  return store;
}

describe('openStore', () => {
  it('creates the folder and the schema, and finds nothing to do the second time', async () => {
    const first = await open();
    expect(first.appliedMigrations.length).toBeGreaterThan(0);
    expect((await open()).appliedMigrations).toEqual([]);
  });

  it('is in WAL mode with foreign keys, and SQLite itself waits for no lock', async () => {
    const { prisma } = await open();
    expect(await prisma.$queryRawUnsafe('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await prisma.$queryRawUnsafe('PRAGMA foreign_keys')).toMatchObject([{ foreign_keys: 1n }]);
    expect(await prisma.$queryRawUnsafe('PRAGMA busy_timeout')).toMatchObject([{ timeout: 0n }]);
  });

  it('keeps the unique constraint of the original description', async () => {
    const { prisma } = await open();
    const row = { name: 'a', vmid: 100, clusterIp: '127.0.0.1', node: 'pve1' };
    await prisma.template.create({ data: row });
    await expect(prisma.template.create({ data: row })).rejects.toMatchObject({ code: 'P2002' });
  });

  it('takes back a transaction that fails', async () => {
    const store = await open();
    const work = store.transaction(async (database) => {
      await database.template.create({ data: { name: 'a', vmid: 100 } });
      throw new Error('stop');
    });
    await expect(work).rejects.toThrow('stop');
    expect(await store.prisma.template.count()).toBe(0);
  });

  it('counts the writes to each table, whoever writes, and keeps the triggers over further starts', async () => {
    const [store, other] = [await open(), await open()];
    const before = store.revision.current();
    await other.prisma.template.create({ data: { name: 'a', vmid: 100 } });
    await store.prisma.template.updateMany({ data: { name: 'b' } });
    const after = store.revision.current();
    expect(isUnchanged(['templates'], before, after)).toBe(false);
    expect(isUnchanged(['clusters', 'replication_runs'], before, after)).toBe(true);
    await other.prisma.template.deleteMany();
    expect(isUnchanged(['templates'], after, store.revision.current())).toBe(false);
  });

  it('counts what a deletion takes along', async () => {
    const { prisma, revision } = await open();
    await prisma.cluster.create({
      data: { id: 'lab', name: 'Lab', host: '127.0.0.1', nodes: { create: { name: 'pve1' } } },
    });
    const before = revision.current();
    await prisma.cluster.deleteMany();
    expect(isUnchanged(['nodes'], before, revision.current())).toBe(false);
  });

  it('has a new revision after each committed write of any process, and only then', async () => {
    const [store, other] = [await open(), await open()];
    const before = store.revision.current();
    await store.prisma.template.count();
    await store.transaction((database) => database.template.count());
    expect(store.revision.current()).toBe(before);
    await store.prisma.template.create({ data: { name: 'a', vmid: 100 } });
    const after = store.revision.current();
    expect(after).not.toBe(before);
    await other.transaction((database) => database.template.deleteMany());
    expect(store.revision.current()).not.toBe(after);
  });
});
