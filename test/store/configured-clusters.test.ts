import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordConfiguredClusters } from '../../src/store/configured-clusters.ts';
import { openStore, type Store } from '../../src/store/store.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-clusters-'));
  store = await openStore({ url: 'file:hub.db', folder });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const lab = { id: 'lab', name: 'Lab', host: '127.0.0.1', port: 8006 };

it('keeps the rows of a cluster that is no longer configured, and marks it', async () => {
  await recordConfiguredClusters(store, [lab]);
  await store.prisma.template.create({
    data: { name: 'a', vmid: 100, clusterId: 'lab', clusterIp: lab.host },
  });
  await recordConfiguredClusters(store, []);
  expect(await store.prisma.cluster.findMany()).toMatchObject([{ id: 'lab', configured: false }]);
  expect(await store.prisma.template.count({ where: { clusterId: 'lab' } })).toBe(1);
});

it('gives imported rows the cluster that has their host', async () => {
  await store.prisma.template.create({ data: { name: 'a', vmid: 100, clusterIp: lab.host } });
  await store.prisma.template.create({ data: { name: 'b', vmid: 100, clusterIp: '127.0.0.9' } });
  await recordConfiguredClusters(store, [lab]);
  const rows = await store.prisma.template.findMany({ orderBy: { id: 'asc' } });
  expect(rows.map((row) => row.clusterId)).toEqual(['lab', null]);
});

it('takes over a changed name, host and port', async () => {
  await recordConfiguredClusters(store, [lab]);
  await recordConfiguredClusters(store, [{ ...lab, name: 'New', port: 443 }]);
  expect(await store.prisma.cluster.findMany()).toMatchObject([{ name: 'New', port: 443, configured: true }]);
});
