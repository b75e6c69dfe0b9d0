import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { openStore } from '../../src/store/store.ts';

let folder: string;
let umask: number;

beforeEach(() => {
  umask = process.umask(0o022);
  folder = mkdtempSync(join(tmpdir(), 'hub-private-'));
});

afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

function readMode(path: string): string {
  return (statSync(join(folder, path)).mode & 0o777).toString(8);
}

it('a new database, its WAL and its folders are for their owner only', async () => {
  const store = await openStore({ url: 'file:./new/data/hub.db', folder });
  await store.prisma.lease.create({ data: { name: 'any', owner: 'x', expiresAt: new Date(0) } });
  const files = readdirSync(join(folder, 'new/data'));
  expect(files).toEqual(['hub.db', 'hub.db-shm', 'hub.db-wal']);
  expect(files.map((file) => readMode(`new/data/${file}`))).toEqual(['600', '600', '600']);
  expect([readMode('new'), readMode('new/data')]).toEqual(['700', '700']);
  await store.close();
});

it('a clusters file that every user can read is warned of, one in a closed folder is not', () => {
  const file = join(folder, 'clusters.json');
  const load = () => loadConfig({ environment: {}, folder });
  writeFileSync(file, '[]', { mode: 0o644 });
  expect(load()).toMatchObject({ openFiles: [], warnings: [] });
  chmodSync(folder, 0o755);
  const warning = `${file} holds secrets, and every user of this machine can read it: chmod 600 ${file}`;
  expect(load()).toMatchObject({ openFiles: [file], warnings: [warning] });
  chmodSync(file, 0o600);
  expect(load()).toMatchObject({ openFiles: [], warnings: [] });
});
