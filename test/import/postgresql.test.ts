import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { dumpStore, findSample, openBench, runImport } from './support.ts';

let server: PostgresServer;
let store: Store;

beforeAll(async () => {
  server = await startPostgres();
  store = await openStore({ url: await server.createDatabase('import') });
});

afterAll(async () => {
  await store?.close();
  await server?.stop();
});

it('imports into PostgreSQL what it imports into SQLite, and counts on from there', async () => {
  const bench = await openBench();
  const report = await runImport(bench.store, findSample('lab_portal'));
  expect(await runImport(store, findSample('lab_portal'))).toEqual(report);
  const strip = ({ clusters, templates, classes, machines }: Awaited<ReturnType<typeof dumpStore>>) =>
    [...clusters, ...templates, ...classes, ...machines].map(({ updatedAt: _changed, ...row }) => ({
      ...row,
      createdAt: 'madeHere' in row || 'vmid' in row ? row.createdAt : undefined,
    }));
  expect(strip(await dumpStore(store))).toEqual(strip(await dumpStore(bench.store)));
  await bench.close();
  expect((await store.prisma.class.create({ data: { name: 'New' } })).id).toBe(4);
  const data = { name: 'new', vmid: 5000, clusterIp: '10.220.12.6', node: 'node-b' };
  expect((await store.prisma.template.create({ data })).id).toBe(999);
  const machine = { classId: 4, role: 'STUDENT' } as const;
  expect((await store.prisma.classMachine.create({ data: machine })).id).toBe(4);
});
