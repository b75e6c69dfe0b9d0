import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'support', 'scan-again-and-again.ts');

let folder: string;
let postgres: PostgresServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-two-'));
  postgres = await startPostgres();
});

afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['sqlite', 'postgresql'])('two servers on one %s database', (provider) => {
  it('scan the same cluster at once, again and again, and write every template once', async () => {
    const url =
      provider === 'sqlite' ? `file:${join(folder, 'two.db')}` : await postgres.createDatabase('two');
    const servers = [run(execPath, [script, url, '12']), run(execPath, [script, url, '12'])];
    for (const { stdout } of await Promise.all(servers)) expect(stdout).toBe('done\n');

    const store = await openStore({ url });
    const rows = await store.prisma.template.findMany();
    expect(rows.map(({ vmid }) => vmid).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => 100 + index),
    );
    expect(rows.every(({ state }) => state === 'PRESENT')).toBe(true);
    const changes = await store.prisma.templateChange.findMany();
    expect(changes.filter(({ kind }) => kind === 'APPEARED')).toHaveLength(20);
    expect(changes.filter(({ kind }) => kind === 'VANISHED' || kind === 'RETURNED')).toEqual([]);
    expect(await store.prisma.node.count()).toBe(3);
    expect(await store.prisma.storage.count()).toBe(3);
    await store.close();
  });
});
