import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
