/** What becomes of an older database: the status of its clusters, and its webhooks with what they are still to be told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { readMigrations, type Migration } from '../../src/store/migrations.ts';
import { migratePostgresql } from '../../src/store/postgresql/migrate.ts';
import { migrateSqlite } from '../../src/store/sqlite/migrate.ts';
import { ChangeKind } from '../../prisma/generated/sqlite/enums.ts';
import { joinKinds } from '../../src/webhooks/kinds.ts';
import { openStore } from '../../src/store/store.ts';
import { startPostgres } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 90_000 });

const before = (provider: string): Migration[] => {
  const folder = join(import.meta.dirname, '..', '..', 'prisma', provider, 'migrations');
  return readMigrations(folder).filter(
    ({ name }) => !name.endsWith('_cluster_status') && name < '20261128053',
  );
};

const [early, late] = ["'2026-11-23 00:00:00'", "'2026-11-24 00:00:00'"];
const clusters = [
  ['new', 'NULL', 'NULL', 'NULL'],
  ['well', late, 'NULL', 'NULL'],
  ['cut', late, late, "'LIST_CUT'"],
  ['away', early, late, "'UNREACHABLE'"],
  ['never', 'NULL', late, "'UNREACHABLE'"],
];
const old = [
  ...clusters.flatMap(([id, scan, error, code]) => [
    `INSERT INTO clusters (id, name, host, last_scan_at, last_error_at, last_error_code, updated_at) VALUES ('${id}', 'x', 'h', ${scan}, ${error}, ${code}, ${early})`,
    `INSERT INTO nodes (cluster_id, name, state) VALUES ('${id}', 'pve1', 'ONLINE')`,
  ]),
  ...['', 'MOVED'].map(
    (kinds, index) =>
      `INSERT INTO webhooks (id, url, secret, kinds, "cursor", updated_at) VALUES (${index + 1}, 'u', 's', '${kinds}', 7, ${early})`,
  ),
  `INSERT INTO webhook_deliveries (id, webhook_id, change_id) VALUES (41, 1, 7)`,
];

async function readStatus(url: string) {
  const store = await openStore({ url });
  const rows = await store.prisma.cluster.findMany({ include: { nodes: true } });
  const webhooks = await store.prisma.webhook.findMany({
    include: { deliveries: true },
    orderBy: { id: 'asc' },
  });
  expect(webhooks).toMatchObject([
    {
      kinds: joinKinds(Object.values(ChangeKind)),
      events: '',
      cursor: 7,
      deliveries: [{ id: 41, changeId: 7 }],
    },
    { kinds: 'MOVED', events: '', eventCursor: 0, deliveries: [] },
  ]);
  await store.close();
  return Object.fromEntries(rows.map(({ id, status, nodes }) => [id, [status, nodes[0]?.state]]));
}

const expected = {
  new: ['NEVER_SCANNED', 'ONLINE'],
  well: ['ONLINE', 'ONLINE'],
  cut: ['DEGRADED', 'ONLINE'],
  away: ['UNREACHABLE', 'UNKNOWN'],
  never: ['UNREACHABLE', 'UNKNOWN'],
};

test('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-status-'));
  const file = join(folder, 'hub.db');
  migrateSqlite(file, before('sqlite'));
  const connection = new Database(file);
  for (const sql of old) connection.exec(sql);
  connection.close();
  expect(await readStatus(`file:${file}`)).toEqual(expected);
  rmSync(folder, { recursive: true });
});

test('PostgreSQL', async () => {
  const postgres = await startPostgres();
  try {
    const url = await postgres.createDatabase('status');
    await migratePostgresql(url, before('postgresql'));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const sql of old) await client.query(sql);
    await client.end();
    expect(await readStatus(url)).toEqual(expected);
  } finally {
    await postgres.stop();
  }
});
