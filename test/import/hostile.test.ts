/** Files that are no database of the Python system, made to do harm or named by mistake. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchMemory } from '../support/watch-memory.ts';
import { dumpStore, makeDatabase, openBench, runImport } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

const columns = 'id INTEGER PRIMARY KEY, name TEXT, proxmox_vmid INTEGER, cluster_ip TEXT, node TEXT';

function make(sql: string): string {
  return makeDatabase(join(bench.folder, 'legacy.db'), sql);
}

describe('an import is refused with words, and nothing is written', () => {
  afterEach(async () => {
    expect((await dumpStore(bench.store)).templates).toEqual([]);
  });

  it('of a FIFO, which would be waited for', async () => {
    const file = join(bench.folder, 'pipe');
    spawnSync('mkfifo', [file]);
    await expect(runImport(bench.store, file)).rejects.toThrow(
      'is a pipe, a socket or a device: write its content into a file',
    );
  });

  it('of a folder', async () => {
    const file = join(bench.folder, 'folder');
    mkdirSync(file);
    await expect(runImport(bench.store, file)).rejects.toThrow('is a folder, not a file');
  });

  it('of a device behind a symbolic link', async () => {
    const file = join(bench.folder, 'link');
    symlinkSync('/dev/zero', file);
    await expect(runImport(bench.store, file)).rejects.toThrow('a pipe, a socket or a device');
  });

  it('with a name of 60 MB, which is never read', async () => {
    const file = make(`CREATE TABLE templates (${columns});
      INSERT INTO templates VALUES (1, hex(zeroblob(30000000)), 100, '10.220.15.249', 'pve1');`);
    const memory = watchMemory();
    await expect(runImport(bench.store, file)).rejects.toThrow(
      'a "name" in table "templates" has 60 MB; values of at most 1 MB are read',
    );
    expect(memory.stop()).toBeLessThan(200_000_000);
  });

  it.each(['templates', 'notes'])('with a virtual table "%s"', async (name) => {
    const file = make(`CREATE VIRTUAL TABLE ${name} USING fts5(name);
      CREATE TABLE IF NOT EXISTS templates (${columns});`);
    await expect(runImport(bench.store, file)).rejects.toThrow(`has a virtual table ("${name}")`);
  });

  it('with a virtual table of a module that nobody has', async () => {
    const file = make(`CREATE TABLE templates (${columns}); CREATE VIRTUAL TABLE evil USING fts5(name);`);
    writeFileSync(file, readFileSync(file, 'latin1').replace('USING fts5', 'USING evil'), 'latin1');
    await expect(runImport(bench.store, file)).rejects.toThrow('has a virtual table ("evil")');
  });
});

it('a table WITHOUT ROWID is read', async () => {
  const file = make(`CREATE TABLE templates (${columns}) WITHOUT ROWID;
    INSERT INTO templates VALUES (1, 'ubuntu', 100, '10.220.15.249', 'pve1');`);
  expect((await runImport(bench.store, file)).taken.templates).toBe(1);
});
