/** Backups of a store and their way back, through the binary. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findSample, makeFolder, runHub, runHubHere, startHub, type RunningHub } from './support.ts';

let place: ReturnType<typeof makeFolder>;
let servers: RunningHub[] = [];
beforeEach(() => {
  place = makeFolder();
});
afterEach(async () => {
  for (const server of servers) server.kill('SIGKILL');
  await Promise.all(servers.map(({ ended }) => ended));
  servers = [];
  place.remove();
});

const apiToken = '0123456789abcdef0123456789abcdef';
const at = (name: string) => join(place.folder, name);
const hub = (...words: string[]) => runHubHere(words, { folder: place.folder });

/** A server that never contacts Proxmox, on the store of the folder. */
async function serve(): Promise<{ server: RunningHub; url: string }> {
  const environment = { API_TOKEN: apiToken };
  const server = startHub(['serve', '--offline', '--port', '0', '--json'], { ...place, environment });
  servers.push(server);
  const [, url = ''] = await server.waitFor(/^\{"url":"(.*)"\}$/);
  return { server, url };
}

/** Writes to the server, one row after the other; tells how many it has acknowledged. */
function keepWriting(url: string) {
  let written = 0;
  const end = new AbortController();
  const query = `mutation ($name: String!) {
    createToken(input: { name: $name, role: VIEWER, expiresAt: "2999-01-01T00:00:00Z" }) { token }
  }`;
  const writing = (async () => {
    while (!end.signal.aborted) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiToken}` },
        body: JSON.stringify({ query, variables: { name: `token ${written}` } }),
      });
      const text = await response.text();
      if (!/"token":"thub_/.test(text)) throw new Error(text);
      written += 1;
    }
  })();
  return {
    written: () => written,
    untilWritten: (count: number) => Promise.race([writing, waitUntil(() => written >= count)]),
    stop: () => {
      end.abort();
      return writing;
    },
  };
}

async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function look(file: string): { integrity: unknown; tokens: number; templates: number; journal: unknown } {
  const database = new Database(file, { readonly: true });
  try {
    const count = (table: string) =>
      z.int().parse(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    const integrity = database.pragma('integrity_check', { simple: true });
    const journal = database.pragma('journal_mode', { simple: true });
    return { integrity, journal, tokens: count('api_tokens'), templates: count('templates') };
  } finally {
    database.close();
  }
}

describe('hub backup', () => {
  it('is whole and of one moment while a server writes', { timeout: 60_000 }, async () => {
    await hub('import', findSample('lab_portal'));
    const { url } = await serve();
    const writer = keepWriting(url);
    await writer.untilWritten(3);
    for (const name of ['one.db', 'two.db', 'three.db']) {
      const before = writer.written();
      expect(await runHub(['backup', name], place)).toMatchObject({ code: 0, stderr: '' });
      const found = look(at(name));
      expect(found).toMatchObject({ integrity: 'ok', journal: 'delete', templates: 36 });
      expect(found.tokens).toBeGreaterThanOrEqual(before);
      expect(found.tokens).toBeLessThanOrEqual(writer.written() + 1);
    }
    await writer.stop();
    expect(writer.written()).toBeGreaterThan(look(at('one.db')).tokens);
  });

  it('is a single file that nobody else can read, and says what it did', async () => {
    await hub('import', findSample('lab_portal'));
    const { stdout } = await hub('backup', 'backup.db');
    expect(stdout).toMatch(/^Wrote \S+\/backup\.db \(\d+ KiB\), and read it through: it is sound\.\n/);
    expect(statSync(at('backup.db')).mode & 0o777).toBe(0o600);
    expect(readdirSync(place.folder).sort()).toEqual(['backup.db', 'data']);
  });

  it('names the key of the secrets, which is not in it', async () => {
    await hub('import', findSample('lab_portal'));
    writeFileSync(at('data/template-hub.db.key'), 'a key', { mode: 0o600 });
    const { stdout } = await hub('backup', 'backup.db');
    expect(stdout).toContain(`keep it elsewhere: ${at('data/template-hub.db.key')}\n`);
  });

  it('replaces a file only with --force, and the database itself never', async () => {
    await hub('import', findSample('lab_portal'));
    writeFileSync(at('backup.db'), 'something else');
    const refused = await hub('backup', 'backup.db', '--json');
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'BACKUP_EXISTS' } });
    expect(readFileSync(at('backup.db'), 'utf8')).toBe('something else');
    expect(await hub('backup', 'backup.db', '--force')).toMatchObject({ code: 0 });
    expect(look(at('backup.db')).templates).toBe(36);
    expect(statSync(at('backup.db')).mode & 0o777).toBe(0o600);
    expect(await hub('backup', 'data/template-hub.db', '--force')).toMatchObject({ code: 1 });
    expect(look(at('data/template-hub.db')).templates).toBe(36);
  });

  it('of a damaged database fails and leaves no file', async () => {
    await hub('import', findSample('lab_portal'));
    damage(at('data/template-hub.db'));
    const { code, stderr } = await hub('backup', 'backup.db', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'DATABASE_DAMAGED' } });
    expect(readdirSync(place.folder)).toEqual(['data']);
  });

  it('finds the database where DATABASE_URL_FILE says that it is', async () => {
    await hub('import', findSample('lab_portal'), '--database', 'file:./elsewhere.db');
    writeFileSync(at('url'), 'file:./elsewhere.db\n', { mode: 0o600 });
    const environment = { DATABASE_URL_FILE: 'url' };
    const { stdout } = await runHubHere(['backup', 'backup.db', '--json'], { ...place, environment });
    expect(JSON.parse(stdout)).toMatchObject({ database: at('elsewhere.db'), file: at('backup.db') });
  });

  it.each([
    ['no database', 'nothing.db', 'DATABASE_MISSING'],
    ['one of another program', findSample('lab_portal'), 'DATABASE_FOREIGN'],
  ])('refuses %s', async (_what, file, code) => {
    const { stderr } = await hub('backup', 'backup.db', '--database', `file:${file}`, '--json');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code } });
    expect(existsSync(at('backup.db'))).toBe(false);
  });
});

/** Overwrites pages in the middle of a SQLite file. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xff, 4096 * 3, 4096 * 12);
  writeFileSync(file, bytes);
}

describe('hub restore', () => {
  it('brings everything back after the database was lost', async () => {
    await hub('import', findSample('lab_portal'));
    await hub('backup', 'backup.db');
    const environment = { DATABASE_URL: 'file:./other/place.db' };
    const restored = await runHubHere(['restore', 'backup.db'], { ...place, environment });
    expect(restored.stdout).toMatch(/^Restored \S+\/other\/place\.db from \S+\/backup\.db: 36 templates, /);
    expect(restored.stdout).not.toContain('What was there');
    const { stdout } = await runHubHere(['stats', '--json'], { ...place, environment });
    expect(JSON.parse(stdout)).toMatchObject({ totalTemplates: 36 });
    expect(statSync(at('other/place.db')).mode & 0o777).toBe(0o600);
  });

  it('keeps what was there beside it under a name that it tells', async () => {
    await hub('import', findSample('s0_before_tracking'));
    await hub('backup', 'backup.db');
    await hub('import', findSample('lab_portal'));
    const { stdout } = await hub('restore', 'backup.db', '--json');
    const { kept } = z.object({ kept: z.string() }).parse(JSON.parse(stdout));
    expect(look(at('data/template-hub.db')).templates).toBe(2);
    expect(look(kept)).toMatchObject({ integrity: 'ok', templates: 37 });
    const [folder] = [readdirSync(at('data')).sort()];
    expect(folder).toEqual(['template-hub.db', kept.slice(at('data').length + 1)]);
  });

  it('is refused while a server runs, even one that is offline', { timeout: 60_000 }, async () => {
    await hub('import', findSample('lab_portal'));
    await hub('backup', 'backup.db');
    const { server, url } = await serve();
    const { code, stderr } = await runHub(['restore', 'backup.db'], place);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The database \S+ is in use: .*\nStop it first; nothing was changed\.\n$/);
    const writer = keepWriting(url);
    await writer.untilWritten(2);
    await writer.stop();
    server.kill();
    await server.ended;
    expect((await runHub(['restore', 'backup.db'], place)).code).toBe(0);
    expect(look(at('data/template-hub.db')).tokens).toBe(0);
  });

  it('replaces a damaged database, which stays beside it', async () => {
    await hub('import', findSample('lab_portal'));
    await hub('backup', 'backup.db');
    writeFileSync(at('data/template-hub.db'), 'no database at all, but longer than nothing'.repeat(99));
    const { stdout } = await hub('restore', 'backup.db');
    expect(stdout).toContain(`What was there is now ${at('data')}`);
    expect(look(at('data/template-hub.db'))).toMatchObject({ integrity: 'ok', templates: 36 });
  });

  it.each([
    ['a damaged backup', 'DATABASE_DAMAGED', damage],
    ['a text', 'DATABASE_PATH', (file: string) => writeFileSync(file, 'hello '.repeat(500))],
    ['one of a newer version', 'MIGRATION_UNKNOWN', renameMigration],
    ['an empty file', 'DATABASE_FOREIGN', (file: string) => writeFileSync(file, '')],
  ])('refuses %s and changes nothing', async (_what, code, change) => {
    await hub('import', findSample('lab_portal'));
    await hub('backup', 'backup.db');
    change(at('backup.db'));
    const { stderr } = await hub('restore', 'backup.db', '--json');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code } });
    expect(readdirSync(at('data'))).toEqual(['template-hub.db']);
    expect(look(at('data/template-hub.db')).templates).toBe(36);
  });
});

function renameMigration(file: string): void {
  const database = new Database(file);
  database.exec(`UPDATE _prisma_migrations SET migration_name = '29990101000000_later'
    WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`);
  database.close();
}

describe('with PostgreSQL', () => {
  const environment = { DATABASE_URL: 'postgresql://hub:s3cret@db.example.org:5433/hub' };

  it.each([
    ['backup', 'pg_dump --format=custom --file='],
    ['restore', 'pg_restore --clean --if-exists'],
  ])('hub %s names the tool to use, without the password', async (command, words) => {
    const { code, stderr } = await runHubHere([command, 'hub.dump'], { ...place, environment });
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain('"postgresql://hub@db.example.org:5433/hub"');
    expect(stderr).not.toContain('s3cret');
  });
});
