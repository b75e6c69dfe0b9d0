import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSample, legacyClusters, makeFolder, runHub, startHub } from './support.ts';

let place: ReturnType<typeof makeFolder>;

beforeEach(() => {
  place = makeFolder();
  writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(legacyClusters));
});

afterEach(() => place.remove());

const database = 'data/template-hub.db';

function hub(...words: string[]) {
  return runHub(words, { folder: place.folder });
}

function countRows(table: string): number {
  const store = new Database(join(place.folder, database), { readonly: true });
  try {
    return store.prepare<[], { count: number }>(`SELECT COUNT(*) AS count FROM ${table}`).get()?.count ?? -1;
  } finally {
    store.close();
  }
}

describe('hub import', () => {
  it('takes lab_portal.db over and says so', async () => {
    const { code, stdout, stderr } = await hub(
      'import',
      findSample('lab_portal'),
      '--clusters',
      'clusters.json',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(': 2 clusters, 36 templates, 2 classes, 3 machines\n');
    expect(stdout).toContain('templates 18: created_by_id 999 names no user: none was taken');
    const { stdout: list } = await hub('template', 'list', '--cluster', 'cluster2', '--json');
    expect(JSON.parse(list)).toHaveLength(8);
  });

  it('prints its report as JSON', async () => {
    const { stdout } = await hub('import', findSample('s5_rebuilt'), '--json');
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      dryRun: false,
      taken: { clusters: 2, templates: 36, classes: 2, machines: 3 },
      completed: { clusters: 0, templates: 0, classes: 0, machines: 0 },
      unchanged: { clusters: 0, templates: 0, classes: 0, machines: 0 },
      mended: expect.arrayContaining([
        {
          table: 'templates',
          reason: 'the table has no source_vmid, source_node: false and null were taken',
        },
      ]),
      left: expect.any(Array),
      candidates: expect.arrayContaining([
        {
          id: 5,
          clusterIp: '10.220.15.249',
          vmid: 203,
          node: 'pve1',
          name: 'windows-11-pro-replica-pve1',
          chain: ['windows-11-pro-replica-pve1', 'Windows 11 Pro'],
          originalVmid: 112,
        },
      ]),
    });
  });

  it('changes nothing the second time', async () => {
    await hub('import', findSample('lab_portal'));
    const { stdout } = await hub('import', findSample('lab_portal'));
    expect(stdout).toContain(': 0 clusters, 0 templates, 0 classes, 0 machines\n');
    expect(stdout).toContain('There already: 2 clusters, 36 templates, 2 classes, 3 machines\n');
    expect(countRows('templates')).toBe(36);
  });

  it('with --dry-run writes nothing: no store where there was none, no byte where there is one', async () => {
    const { stdout } = await hub('import', findSample('lab_portal'), '--dry-run');
    expect(stdout).toMatch(/^Would take from .*: 2 clusters, 36 templates/);
    expect(existsSync(join(place.folder, 'data'))).toBe(false);
    await hub('import', findSample('s0_before_tracking'));
    const look = () =>
      createHash('sha256')
        .update(readFileSync(join(place.folder, database)))
        .digest('hex');
    const before = look();
    await hub('import', findSample('lab_portal'), '--dry-run');
    expect(look()).toBe(before);
  });

  it.each([
    ['nothing.db', 'LEGACY_FILE_MISSING'],
    ['clusters.json', 'LEGACY_FILE_UNREADABLE'],
  ])('refuses %s with %s', async (file, code) => {
    const outcome = await hub('import', file, '--json');
    expect(outcome.code).toBe(1);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code } });
  });
});

describe('an import killed half-way', () => {
  /** Many times more than SQLite keeps in memory, so that it writes long before the transaction is over. */
  const rows = 15_000;

  function makeLargeDatabase(): string {
    const file = join(place.folder, 'large.db');
    const legacy = new Database(file);
    legacy.exec(`CREATE TABLE templates (id INTEGER PRIMARY KEY, name VARCHAR(120), proxmox_vmid INTEGER, cluster_ip VARCHAR(45), node VARCHAR(80));
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
      INSERT INTO templates SELECT i, 'template ' || i, 100 + i, '10.220.15.249', 'pve' || (i % 9) FROM n;`);
    legacy.close();
    return file;
  }

  it('leaves the store as it was', { timeout: 60_000 }, async () => {
    const file = makeLargeDatabase();
    await hub('import', findSample('s0_before_tracking'));
    const log = join(place.folder, `${database}-wal`);
    const running = startHub(['import', file], { folder: place.folder });
    await waitUntil(() => existsSync(log) && statSync(log).size > 0);
    running.kill('SIGKILL');
    expect((await running.ended).code).toBeNull();
    expect(countRows('templates')).toBe(2);
    expect((await hub('import', findSample('lab_portal'))).code).toBe(0);
    // Of the two rows one is in the sample as well.
    expect(countRows('templates')).toBe(37);
  });
});

async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
