import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { readMigrations, type Migration } from '../../src/store/migrations.ts';
import { migratePostgresql } from '../../src/store/postgresql/migrate.ts';
import { migrateSqlite } from '../../src/store/sqlite/migrate.ts';
import { openStore } from '../../src/store/store.ts';
import { startPostgres } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 90_000 });

const before = (provider: string): Migration[] => {
  const folder = join(import.meta.dirname, '..', '..', 'prisma', provider, 'migrations');
  return readMigrations(folder).filter(({ name }) => name < '20261124');
};

const at = "'2026-11-23 00:00:00'";
const recipe = (text: string) => `'{"recipe":${text}}'`;
/** Run 1: a guest cloned and migrated, one handed over, one cloned in place, a removal, one with a source step. */
const steps: readonly (readonly [string, string, string, number, number])[] = [
  ["'pve1'", "'pve2'", recipe('{"cloneTarget":false}'), 16_000, 12_000],
  ["'pve1'", "'pve2'", recipe('{"cloneTarget":true}'), 8_000, 8_000],
  ["'pve1'", "'pve1'", recipe('{}'), 8_000, 1_000],
  ['NULL', "'pve1'", recipe('{"after":[]}'), 0, 0],
  ["'pve1'", "'pve2'", recipe('{"sourceStep":"t1"}'), 8_000, 0],
];
const old = [
  `INSERT INTO clusters (id, name, host, updated_at) VALUES ('lab', 'lab', 'h', ${at})`,
  `INSERT INTO replication_runs (id, cluster_id, "trigger", bytes_total, bytes_done, updated_at) VALUES (1, 'lab', 'BOOT', 40000, 21000, ${at})`,
  ...steps.map(
    ([from, to, parameters, total, done], index) =>
      `INSERT INTO replication_steps (id, run_id, cluster_id, kind, source_vmid, source_node, target_node, way, name, token, parameters, percent, bytes_total, bytes_done, updated_at)
       VALUES (${index + 1}, 1, 'lab', '${from === 'NULL' ? 'REMOVE' : 'REPLICA'}', 9000, ${from}, ${to}, 'W', 'n', 't${index}', ${parameters}, 1, ${total}, ${done}, ${at})`,
  ),
];

async function readFigures(url: string) {
  const store = await openStore({ url });
  const select = { bytesTotal: true, bytesDone: true } as const;
  const rows = await store.prisma.replicationStep.findMany({ select, orderBy: { id: 'asc' } });
  const run = await store.prisma.replicationRun.findUniqueOrThrow({ where: { id: 1 }, select });
  await store.close();
  return { run, steps: rows.map(({ bytesTotal, bytesDone }) => [bytesTotal, bytesDone]) };
}

const figures = {
  run: { bytesTotal: 32_000n, bytesDone: 15_000n },
  steps: [
    [8_000n, 6_000n],
    [8_000n, 8_000n],
    [8_000n, 1_000n],
    [0n, 0n],
    [8_000n, 0n],
  ],
};

test('bytes of guests that were counted twice become those of the guest, on SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-progress-'));
  const file = join(folder, 'hub.db');
  migrateSqlite(file, before('sqlite'));
  const database = new Database(file);
  for (const statement of old) database.exec(statement);
  database.close();
  expect(await readFigures(`file:${file}`)).toEqual(figures);
  rmSync(folder, { recursive: true });
});

test('and on PostgreSQL', async () => {
  const server = await startPostgres();
  try {
    const url = await server.createDatabase('progress');
    await migratePostgresql(url, before('postgresql'));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const statement of old) await client.query(statement);
    await client.end();
    expect(await readFigures(url)).toEqual(figures);
  } finally {
    await server.stop();
  }
});
