import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TableVersions } from '../../src/store/revision.ts';
import { openStore } from '../../src/store/store.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

describe('a store on PostgreSQL', () => {
  it('is migrated once by four servers that start together', async () => {
    const url = await server.createDatabase('together');
    const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ url })));
    expect(stores.filter((store) => store.appliedMigrations.length > 0)).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('keeps rows as the SQLite one does', async () => {
    const store = await openStore({ url: await server.createDatabase('rows') });
    const row = { name: 'a', vmid: 100, clusterIp: '127.0.0.1', node: 'pve1', diskBytes: 5n };
    const made = await store.prisma.template.create({ data: row });
    expect(made).toMatchObject({ ...row, state: 'PRESENT', isReplica: false, lastVerifiedAt: null });
    await expect(store.prisma.template.create({ data: row })).rejects.toMatchObject({ code: 'P2002' });
    await store.close();
  });

  it('has a new revision after own writes at once and after another server’s soon', async () => {
    const url = await server.createDatabase('revision');
    const [store, other] = [await openStore({ url }), await openStore({ url })];
    const before = store.revision.current();
    await store.prisma.template.create({ data: { name: 'a', vmid: 100 } });
    const own = store.revision.current();
    expect(own).not.toBe(before);
    await vi.waitUntil(() => settled(store.revision.current()));
    const quiet = store.revision.current();
    await other.prisma.template.deleteMany();
    await vi.waitUntil(() => store.revision.current() !== quiet, { timeout: 5_000 });
    await Promise.all([store.close(), other.close()]);
  });
});

/** True once the same revision was seen over more than one look at the server. */
const sightings: TableVersions[] = [];
function settled(revision: TableVersions): boolean {
  sightings.push(revision);
  return sightings.slice(-12).length === 12 && new Set(sightings.slice(-12)).size === 1;
}
