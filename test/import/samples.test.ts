import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpStore, findSample, openBench, readRows, runImport, samples } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

/** A copy, because even reading a WAL database in the ordinary way leaves files beside it. */
function copySample(name: (typeof samples)[number]): string {
  const copy = join(bench.folder, `${name}.db`);
  copyFileSync(findSample(name), copy);
  return copy;
}

function cutToMilliseconds(text: unknown): string | null {
  return typeof text === 'string' ? `${text.slice(0, 10)}T${text.slice(11, 23).padEnd(12, '.000')}Z` : null;
}

describe.each(samples)('%s.db', (name) => {
  it('gives the rows that its own table holds', async () => {
    await runImport(bench.store, findSample(name));
    const { templates } = await dumpStore(bench.store);
    const legacy = readRows(copySample(name), 'templates');
    const shown = templates.map((row) => ({
      id: row.id,
      name: row.name,
      proxmox_vmid: row.vmid,
      cluster_ip: row.clusterIp,
      node: row.node,
      is_replica: row.isReplica,
      source_vmid: row.sourceVmid,
      source_node: row.sourceNode,
      is_class_template: row.isClassTemplate,
      class_id: row.classId,
      original_template_id: row.originalTemplateId,
      created_at: row.createdAt.toISOString(),
      last_verified_at: row.lastVerifiedAt?.toISOString() ?? null,
    }));
    expect(shown).toEqual(
      legacy.map((row) => ({
        id: row['id'],
        name: row['name'],
        proxmox_vmid: row['proxmox_vmid'],
        cluster_ip: row['cluster_ip'],
        node: row['node'],
        is_replica: row['is_replica'] === 1,
        source_vmid: row['source_vmid'] ?? null,
        source_node: row['source_node'] ?? null,
        is_class_template: row['is_class_template'] === 1,
        class_id: row['class_id'],
        original_template_id: row['original_template_id'],
        created_at: cutToMilliseconds(row['created_at']),
        last_verified_at: cutToMilliseconds(row['last_verified_at']),
      })),
    );
    expect(templates.every((row) => row.imported && row.clusterId !== null)).toBe(true);
  });

  it('changes nothing the second time', async () => {
    const first = await runImport(bench.store, findSample(name));
    const before = await dumpStore(bench.store);
    const second = await runImport(bench.store, findSample(name));
    expect(await dumpStore(bench.store)).toEqual(before);
    expect(second.taken).toEqual({ clusters: 0, templates: 0, classes: 0, machines: 0 });
    expect(second.unchanged).toEqual({ ...first.taken, clusters: 2 });
  });

  it('writes nothing on a dry run and reports the same', async () => {
    const before = await dumpStore(bench.store);
    const dry = await runImport(bench.store, findSample(name), { dryRun: true });
    expect(await dumpStore(bench.store)).toEqual(before);
    expect(await runImport(bench.store, findSample(name))).toEqual({ ...dry, dryRun: false });
  });

  it('is left untouched, and so is its folder', async () => {
    const file = findSample(name);
    const look = () => [
      createHash('sha256').update(readFileSync(file)).digest('hex'),
      readdirSync(join(file, '..')),
    ];
    const before = look();
    await runImport(bench.store, file);
    expect(look()).toEqual(before);
  });
});

describe('lab_portal.db', () => {
  it('brings clusters, classes and machines with it', async () => {
    const report = await runImport(bench.store, findSample('lab_portal'));
    expect(report.taken).toEqual({ clusters: 2, templates: 36, classes: 2, machines: 3 });
    const { clusters, classes, machines } = await dumpStore(bench.store);
    expect(clusters.map(({ id, host }) => [id, host])).toEqual([
      ['cluster1', '10.220.15.249'],
      ['cluster2', '10.220.12.6'],
    ]);
    expect(classes).toMatchObject([
      {
        id: 1,
        name: 'Python 101',
        teacher: 'teacher2',
        joinToken: 'tok-1',
        joinExpiresAt: new Date('2030-01-01T00:00:00Z'),
        clusterId: 'cluster1',
        sourceVmid: 111,
        sourceTemplateId: 17,
        settings: '{"pool_size":3}',
        imported: true,
      },
      { id: 2, name: 'Networks 201', sourceVmid: null, clusterId: null },
    ]);
    expect(machines).toMatchObject([
      { id: 1, classId: 1, role: 'TEACHER', number: null, vmid: 400, node: 'pve1', assignedTo: null },
      {
        id: 2,
        role: 'STUDENT',
        number: 1,
        vmid: 410,
        assignedTo: 'student1',
        macAddress: 'AA:BB:CC:DD:EE:01',
      },
      { id: 3, role: 'STUDENT', number: 2, vmid: 411, state: 'IMPORTED', madeHere: false },
    ]);
  });

  it('says what it left and mended', async () => {
    const report = await runImport(bench.store, findSample('lab_portal'));
    expect(report.left).toEqual([
      { table: 'users', reason: expect.stringMatching(/^3 rows: people and their passwords/) },
    ]);
    expect(report.mended).toEqual([
      { table: 'templates', id: 18, reason: 'created_by_id 999 names no user: none was taken' },
    ]);
  });

  it('lets no new row take an id that a dangling reference names', async () => {
    await runImport(bench.store, findSample('lab_portal'));
    const made = await bench.store.prisma.class.create({ data: { name: 'New' } });
    expect(made.id).toBe(4);
    const data = { name: 'new', vmid: 5000, clusterIp: '10.220.12.6', node: 'node-b' };
    const template = await bench.store.prisma.template.create({ data });
    expect(template.id).toBe(999);
  });

  it('can be imported without knowing its clusters, and learns them later', async () => {
    const first = await runImport(bench.store, findSample('lab_portal'), { clusters: [] });
    expect(first.mended.map((note) => note.reason)).toContainEqual(
      expect.stringMatching(/rows are of 10\.220\.12\.6, which no configured cluster has/),
    );
    const second = await runImport(bench.store, findSample('lab_portal'));
    expect(second.completed.templates).toBe(36);
    expect(await bench.store.prisma.template.count({ where: { clusterId: null } })).toBe(0);
  });

  it('tells a scanned row what it is a replica of', async () => {
    const replica = {
      name: 'ubuntu-22.04-template-replica-pve2',
      vmid: 201,
      clusterIp: '10.220.15.249',
      node: 'pve2',
    };
    const { id } = await bench.store.prisma.template.create({ data: replica });
    const report = await runImport(bench.store, findSample('lab_portal'));
    expect(report.completed.templates).toBe(1);
    const row = await bench.store.prisma.template.findUnique({ where: { id } });
    expect(row).toMatchObject({ isReplica: true, sourceVmid: 111, sourceNode: 'pve1' });
    expect(await bench.store.prisma.template.count()).toBe(36);
  });
});

it('reads specs of later versions as bytes and cores', async () => {
  const file = copySample('s3_december');
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(file);
  database.exec(`UPDATE templates SET cpu_cores = 4, cpu_sockets = 2, memory_mb = 2048, disk_size_gb = 32.5,
    disk_storage = 'nfs', os_type = 'l26' WHERE id = 1`);
  database.close();
  await runImport(bench.store, file);
  expect(await bench.store.prisma.template.findUnique({ where: { id: 1 } })).toMatchObject({
    cores: 8,
    memoryBytes: 2_147_483_648n,
    diskBytes: 34_896_609_280n,
    storageNames: 'nfs',
    osType: 'l26',
  });
});
