/** The shapes that exist in the wild and of which there is no sample, made by the statements that made them there. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpStore, makeDatabase, openBench, runImport } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

function make(sql: string): string {
  return makeDatabase(join(bench.folder, 'legacy.db'), sql);
}

const beforeTracking = `
  CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(80) NOT NULL);
  CREATE TABLE templates (id INTEGER NOT NULL, name VARCHAR(120) NOT NULL, proxmox_vmid INTEGER NOT NULL,
    cluster_ip VARCHAR(45), node VARCHAR(80), created_by_id INTEGER, is_class_template BOOLEAN, class_id INTEGER,
    original_template_id INTEGER, created_at DATETIME, PRIMARY KEY (id));`;

/** migrate_db.py of 3086d55: more columns, an own one among them, no unique constraint. */
const firstMigration = `
  ALTER TABLE templates ADD COLUMN cluster_name TEXT;
  ALTER TABLE templates ADD COLUMN is_replica INTEGER DEFAULT 0;
  ALTER TABLE templates ADD COLUMN source_vmid INTEGER;
  ALTER TABLE templates ADD COLUMN source_node TEXT;
  ALTER TABLE templates ADD COLUMN last_verified_at TIMESTAMP;`;

describe('the shape before tracking after its first migration', () => {
  it('keeps one of each (cluster, node, VMID), with the latest verification, and leads references to it', async () => {
    const file = make(`${beforeTracking} ${firstMigration}
      INSERT INTO templates (id, name, proxmox_vmid, cluster_ip, node, cluster_name, is_replica, original_template_id,
        created_at, last_verified_at) VALUES
        (1, 'ubuntu', 111, '10.220.15.249', 'pve1', 'main', 0, NULL, '2025-11-20 08:00:00', '2025-11-29 10:00:00'),
        (2, 'ubuntu', 111, '10.220.15.249', 'pve1', NULL, 0, NULL, '2025-11-21 08:00:00', '2025-11-30 10:00:00.5'),
        (3, 'from two', 112, '10.220.15.249', 'pve1', NULL, NULL, 2, NULL, NULL);`);
    const report = await runImport(bench.store, file);
    expect(report.taken.templates).toBe(2);
    expect(report.left).toEqual([
      { table: 'templates', id: 2, reason: 'VMID 111 on pve1 of 10.220.15.249 is there twice: row 1 stands' },
    ]);
    expect(report.mended).toEqual(
      [
        { table: 'templates', id: 3, reason: 'is_replica was null: false was taken' },
        { table: 'templates', id: 3, reason: 'is_class_template was null: false was taken' },
      ]
        .concat(
          [1, 2].map((id) => ({
            table: 'templates',
            id,
            reason: 'is_class_template was null: false was taken',
          })),
        )
        .sort((a, b) => a.id - b.id),
    );
    const { templates } = await dumpStore(bench.store);
    expect(templates).toMatchObject([
      { id: 1, lastVerifiedAt: new Date('2025-11-30T10:00:00.500Z'), isReplica: false },
      { id: 3, originalTemplateId: 1, createdAt: new Date('2026-01-01T00:00:00Z'), lastVerifiedAt: null },
    ]);
    expect((await runImport(bench.store, file)).taken.templates).toBe(0);
  });

  it('keeps rows without a node apart, and finds them again', async () => {
    const file = make(`${beforeTracking} ${firstMigration}
      INSERT INTO templates (id, name, proxmox_vmid, cluster_ip, node) VALUES
        (1, 'win', 112, '10.220.15.249', NULL), (2, 'win', 112, '10.220.15.249', NULL), (5, 'win', 112, NULL, 'pve1');`);
    await runImport(bench.store, file);
    const first = await dumpStore(bench.store);
    expect(first.templates.map(({ id, node, clusterIp }) => [id, node, clusterIp])).toEqual([
      [1, null, '10.220.15.249'],
      [2, null, '10.220.15.249'],
      [5, 'pve1', null],
    ]);
    expect((await runImport(bench.store, file)).unchanged.templates).toBe(3);
    expect(await dumpStore(bench.store)).toEqual(first);
  });
});

describe('the shape without primary key', () => {
  /** migrate_refactor.py: CREATE TABLE AS SELECT. */
  const rebuilt = `
    CREATE TABLE old (id INTEGER, name TEXT, proxmox_vmid INTEGER, cluster_ip TEXT, node TEXT, is_replica BOOLEAN,
      is_class_template BOOLEAN, class_id INTEGER, original_template_id INTEGER, created_at DATETIME, last_verified_at DATETIME);
    CREATE TABLE templates AS SELECT * FROM old;
    DROP TABLE old;`;

  it('gives rows without id, and the second of two of one id, new ids', async () => {
    const file = make(`${rebuilt} INSERT INTO templates VALUES
        (7, 'one', 201, '10.220.15.249', 'pve1', 0, 0, NULL, NULL, '2026-02-02 08:00:00', '2026-02-03 09:00:00'),
        (NULL, 'no id', 202, '10.220.15.249', 'pve2', 1, 0, NULL, 7, NULL, NULL),
        (7, 'same id', 203, '10.220.15.249', 'pve3', 0, 0, NULL, NULL, NULL, NULL),
        (9, 'texts', '204', '10.220.12.6', 'pve1', '1', 'true', '4', NULL, 'yesterday', '2026-02-03T09:00:00.123456Z'),
        (10, 'no vmid', NULL, '10.220.12.6', 'pve1', 0, 0, NULL, NULL, NULL, NULL);`);
    const report = await runImport(bench.store, file);
    const { templates } = await dumpStore(bench.store);
    expect(templates.map(({ id, name, vmid }) => [id, name, vmid])).toEqual([
      [7, 'one', 201],
      [9, 'texts', 204],
      [10, 'same id', 203],
      [11, 'no id', 202],
    ]);
    expect(templates[1]).toMatchObject({
      isReplica: true,
      isClassTemplate: true,
      classId: 4,
      lastVerifiedAt: new Date('2026-02-03T09:00:00.123Z'),
    });
    expect(report.left).toEqual([{ table: 'templates', id: 10, reason: 'proxmox_vmid null is no VMID' }]);
    expect(report.mended.map((note) => note.reason)).toEqual([
      'the table has no source_vmid, source_node: false and null were taken',
      'created_at "yesterday" is no date: none was taken',
      '"same id" got the new id 10: another row has its own',
      '"no id" got the new id 11: it had none',
    ]);
    expect((await runImport(bench.store, file)).taken.templates).toBe(0);
    expect((await dumpStore(bench.store)).templates).toEqual(templates);
  });
});

describe('the shape of HEAD with rows in clusters', () => {
  const head = `
    CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(80));
    CREATE TABLE clusters (id INTEGER PRIMARY KEY, cluster_id VARCHAR(50) UNIQUE NOT NULL, name VARCHAR(120) NOT NULL,
      host VARCHAR(255) NOT NULL, port INTEGER, user VARCHAR(80) NOT NULL, password VARCHAR(256) NOT NULL,
      password_expanded INTEGER);
    CREATE TABLE templates (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(120) NOT NULL, proxmox_vmid INTEGER NOT NULL,
      cluster_ip VARCHAR(45), node VARCHAR(80), is_replica BOOLEAN, created_by_id INTEGER, is_class_template BOOLEAN,
      class_id INTEGER, original_template_id INTEGER, created_at DATETIME, last_verified_at DATETIME,
      CONSTRAINT uix_cluster_node_vmid UNIQUE (cluster_ip, node, proxmox_vmid));
    CREATE TABLE classes (id INTEGER PRIMARY KEY, name VARCHAR(120) NOT NULL, teacher_id INTEGER NOT NULL,
      template_id INTEGER, join_token VARCHAR(128), vmid_prefix INTEGER, deployment_node VARCHAR(80),
      deployment_cluster VARCHAR(50), deployment_method VARCHAR(20) NOT NULL, cpu_cores INTEGER, created_at DATETIME);
    CREATE TABLE vm_assignments (id INTEGER PRIMARY KEY, class_id INTEGER, proxmox_vmid INTEGER NOT NULL,
      vm_name VARCHAR(120), node VARCHAR(80), assigned_user_id INTEGER, status VARCHAR(20), is_template_vm BOOLEAN,
      is_teacher_vm BOOLEAN, class_id_nullable INTEGER, created_at DATETIME);
    INSERT INTO users VALUES (1, 'ada'), (2, 'bob');
    INSERT INTO clusters VALUES (1, 'lab', 'Lab', 'pve.lab.example', 8006, 'root@pam', 'hunter2', NULL),
      (2, 'cluster2', 'Old name', '10.9.9.9', 443, 'root@pam', 'hunter2', NULL);
    INSERT INTO templates VALUES (1, 'debian', 101, 'pve.lab.example', 'pve1', 0, 1, 0, NULL, NULL, '2026-03-01 08:00:00', NULL),
      (2, 'moved host', 102, '10.9.9.9', 'pve1', 0, 1, 0, NULL, NULL, '2026-03-01 08:00:00', NULL);
    INSERT INTO classes VALUES (4, 'Rust', 1, 1, 'rust-250', 250, 'pve1', 'lab', 'linked_clone', 4, '2026-03-02 08:00:00');
    INSERT INTO vm_assignments VALUES (1, 4, 25000, 'rust-teacher', 'pve1', 1, 'assigned', 0, 1, NULL, NULL),
      (2, 4, 25001, 'rust-student-1', 'pve1', 2, 'assigned', 0, 0, NULL, NULL),
      (3, 4, 25099, 'rust-base', 'pve1', NULL, 'reserved', 1, 0, NULL, NULL),
      (4, NULL, 300, 'loose', 'pve1', NULL, 'available', 0, 0, NULL, NULL),
      (5, 9, 301, 'lost', 'pve1', NULL, 'available', 0, 0, NULL, NULL);`;

  it('takes clusters without their passwords, and matches rows with hosts of both sources', async () => {
    const report = await runImport(bench.store, make(head));
    const { clusters, templates } = await dumpStore(bench.store);
    expect(clusters.map(({ id, host, port }) => [id, host, port])).toEqual([
      ['cluster1', '10.220.15.249', 8006],
      ['cluster2', '10.220.12.6', 8006],
      ['lab', 'pve.lab.example', 8006],
    ]);
    expect(templates.map(({ id, clusterId }) => [id, clusterId])).toEqual([
      [1, 'lab'],
      [2, 'cluster2'],
    ]);
    expect(report.left).toContainEqual({
      table: 'clusters',
      id: 1,
      reason: 'the password of cluster lab is not taken over: put it into the clusters file',
    });
    expect(
      JSON.stringify(await dumpStore(bench.store), (_key, value: unknown) =>
        typeof value === 'bigint' ? 0 : value,
      ),
    ).not.toContain('hunter2');
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  it('takes classes with their range of VMIDs, and the machines that belong to one', async () => {
    const report = await runImport(bench.store, make(head));
    const { classes, machines } = await dumpStore(bench.store);
    expect(classes).toMatchObject([
      {
        id: 4,
        name: 'Rust',
        teacher: 'ada',
        clusterId: 'lab',
        nodes: 'pve1',
        vmidFirst: 25_000,
        vmidLast: 25_099,
        sourceVmid: 101,
        settings: '{"deployment_method":"linked_clone","cpu_cores":4}',
      },
    ]);
    expect(machines).toMatchObject([
      { role: 'TEACHER', vmid: 25_000, name: 'rust-teacher', assignedTo: 'ada', clusterId: 'lab' },
      { role: 'STUDENT', vmid: 25_001, number: 1, assignedTo: 'bob' },
    ]);
    const reasons = report.left.filter((note) => note.table === 'vm_assignments').map((note) => note.reason);
    expect(reasons).toEqual([
      'VM 25099 is the base disk of class Rust, not a machine',
      'VM 300 belongs to no class',
      'VM 301 belongs to class 9, which does not exist',
    ]);
  });

  it('gives a class another id where a class of the store has it, and leads its machines there', async () => {
    await bench.store.prisma.class.create({ data: { id: 4, name: 'Ours', joinToken: 'rust-250' } });
    const file = make(head);
    const report = await runImport(bench.store, file);
    expect(report.mended.map((note) => note.reason)).toEqual(
      expect.arrayContaining([
        'class Rust got the new id 5',
        'another class has its join token: none was taken',
      ]),
    );
    const { classes, machines } = await dumpStore(bench.store);
    expect(classes.map(({ id, name, joinToken }) => [id, name, joinToken])).toEqual([
      [4, 'Ours', 'rust-250'],
      [5, 'Rust', null],
    ]);
    expect(machines.map((machine) => machine.classId)).toEqual([5, 5]);
    expect((await runImport(bench.store, file)).taken).toEqual({
      clusters: 0,
      templates: 0,
      classes: 0,
      machines: 0,
    });
  });
});
