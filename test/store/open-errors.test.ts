import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainPostgresqlError } from '../../src/store/postgresql/explain.ts';
import { explainSqliteError } from '../../src/store/sqlite/explain.ts';
import { openStore } from '../../src/store/store.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-open-'));
  mkdirSync(join(folder, 'a-folder'));
  writeFileSync(
    join(folder, 'text.txt'),
    'nothing but text, and more than a hundred bytes of it: '.repeat(4),
  );
  cpSync(join(import.meta.dirname, '..', 'data', 'lab_portal.db'), join(folder, 'lab_portal.db'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeForeign(file: string, sql: string): void {
  rmSync(file, { force: true });
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

function readBytes(file: string): string {
  return statSync(file).isFile() ? readFileSync(file).toString('base64') : 'folder';
}

async function fail(url: string, mustExist = false): Promise<unknown> {
  try {
    await openStore({ url, folder, mustExist });
  } catch (error) {
    return error;
  }
  throw new Error(`${url} was opened`);
}

describe('a SQLite file that cannot be opened is told with its path, the reason and what to do', () => {
  it.each([
    ['a folder', 'file:./a-folder', 'DATABASE_PATH', 'it is a folder'],
    ['a text file', 'file:./text.txt', 'DATABASE_PATH', 'it is a file of another kind'],
    ['a path through a file', 'file:./text.txt/hub.db', 'DATABASE_PATH', 'a part of its path is no folder'],
    ['another program’s database', 'file:./lab_portal.db', 'DATABASE_FOREIGN', 'hub import <file>'],
  ])('%s', async (_what, url, code, words) => {
    const path = join(folder, url.slice('file:./'.length));
    expect(await fail(url)).toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`^The database ${path} cannot be opened: .*\n`)),
    });
    expect(await fail(url)).toMatchObject({ message: expect.stringContaining(words) });
  });

  it.each([
    ['with tables like ours', 'lab_portal.db'],
    ['with tables of other names', 'recipes.db'],
    ['of which Prisma keeps the book as well', 'prisma.db'],
  ])('another program’s database %s is left as it is, to the last byte', async (_what, name) => {
    const read = () => readdirSync(folder).map((file) => [file, readBytes(join(folder, file))]);
    makeForeign(join(folder, 'recipes.db'), 'CREATE TABLE recipes (id INTEGER)');
    makeForeign(
      join(folder, 'prisma.db'),
      `CREATE TABLE _prisma_migrations (migration_name TEXT, checksum TEXT, finished_at TEXT);
       INSERT INTO _prisma_migrations VALUES ('20200101_other', 'x', 'now')`,
    );
    const before = read();
    expect(await fail(`file:./${name}`)).toMatchObject({
      code: name === 'prisma.db' ? 'MIGRATION_UNKNOWN' : 'DATABASE_FOREIGN',
    });
    expect(read()).toEqual(before);
  });

  it.each([
    ['EACCES', 'this user may not write there'],
    ['EROFS', 'its file system can only be read'],
    ['SQLITE_CANTOPEN', 'cannot be written'],
    ['SQLITE_READONLY_DIRECTORY', 'cannot be written'],
    ['SQLITE_FULL', 'Make room'],
    ['SQLITE_BUSY', 'another program keeps it locked'],
    ['SQLITE_CORRUPT', 'Restore a backup'],
  ])('of a system that says %s', (code, words) => {
    const error = explainSqliteError('/data/hub.db', Object.assign(new Error('refused'), { code }));
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^The database \/data\/hub\.db cannot be opened: /);
  });

  it('none is made where it must exist', async () => {
    const message = expect.stringMatching(/^There is no database .*missing\.db\.\n.*hub scan/);
    expect(await fail('file:./missing.db', true)).toMatchObject({ code: 'DATABASE_MISSING', message });
    await expect(fail('file:./missing.db', true)).resolves.toBeDefined();
  });
});

describe('a PostgreSQL that cannot be opened is told with its address, the reason and what to do', () => {
  it('nobody listens', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await fail(`postgresql://hub:hunter2@${host}:1/lab`);
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
      expect(String(error)).toMatch(
        new RegExp(`The database lab at ${host}:1 cannot be opened: .*ECONNREFUSED.*\nStart it`),
      );
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it.each([
    ['28P01', 'refuses the user or the password'],
    ['3D000', 'no database of this name'],
    ['42501', 'Make the user the owner'],
    ['ENOTFOUND', 'the host has no address'],
    ['57P03', 'PostgreSQL does not answer'],
  ])('a server that says %s', (code, words) => {
    const error = explainPostgresqlError(
      'postgresql://u:hunter2@db/x',
      Object.assign(new Error('no'), { code }),
    );
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('hunter2');
  });

  it.each([
    'postgresql://u@127.0.0.1:1/x?password=hunter2',
    'postgresql://u:5/hunter2@127.0.0.1:1/x',
    'postgresql://u:a/hunter2@127.0.0.1:1/x?password=hunter2',
    'postgresql://u:5?hunter2@127.0.0.1:1/x',
    'postgresql://u:5#hunter2@127.0.0.1:1/x',
  ])('%s is told without its password, also in its cause', async (url) => {
    const error = await fail(url);
    expect(error).toMatchObject({ message: expect.stringContaining('cannot be opened') });
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2');
  });
});
