import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { loadStoreConfig } from '../../src/config/named-clusters.ts';
import { requireSecrets } from '../../src/config/secret-sources.ts';
import { runHub } from '../cli/support.ts';

const token = 'a-token-of-0123456789-abcdefghijkl';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-sources-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

function load(environment: Record<string, string>) {
  return loadConfig({ environment, folder });
}

describe('a secret comes', () => {
  it.each([
    ['from its variable', () => ({ API_TOKEN: token })],
    ['from a file, without its line end', () => ({ API_TOKEN_FILE: write('token', `${token}\r\n`) })],
    [
      'from a systemd credential',
      () => {
        write('api_token', `${token}\n`);
        return { CREDENTIALS_DIRECTORY: folder };
      },
    ],
  ])('%s', (_where, makeEnvironment) => {
    const config = load(makeEnvironment());
    expect(config.apiToken?.reveal()).toBe(token);
    expect(config.warnings).toEqual([]);
  });

  it('from the variable before a credential', () => {
    write('api_token', 'another-token-of-0123456789-abcdefgh');
    expect(load({ API_TOKEN: token, CREDENTIALS_DIRECTORY: folder }).apiToken?.reveal()).toBe(token);
  });
});

it('the database’s URL comes from a file where only the store is needed, too; --database stands over it', async () => {
  const environment = { DATABASE_URL_FILE: write('url', 'file:./from-file.db\n') };
  expect(loadStoreConfig({ environment, folder }).databaseUrl).toBe('file:./from-file.db');
  const { stdout } = await runHub(['config', 'print', '--database', 'file:./given.db'], {
    folder,
    environment,
  });
  expect(stdout).toMatch(/^databaseUrl +file:\.\/given\.db$/m);
});

it('a cluster of the file takes its token and its password by its id, from all three places', () => {
  const entries = ['lab-1', 'lab.2', 'three', 'own'].map((id, index) => ({
    id,
    host: `10.0.0.${index}`,
    user: 'a@pam',
  }));
  write(
    'clusters.json',
    JSON.stringify(entries.map((entry) => (entry.id === 'own' ? { ...entry, password: 'mine' } : entry))),
  );
  write('pve_admin_pass_three', 'third\n');
  const { clusters, warnings } = load({
    CREDENTIALS_DIRECTORY: folder,
    PVE_TOKEN_LAB_1: 'hub@pve!main=1-2-3',
    PVE_ADMIN_PASS_LAB_2_FILE: write('second', 'second\n'),
    PVE_ADMIN_PASS_OWN: 'not used',
    PVE_TOKEN_GONE: 'hub@pve!main=2-2',
  });
  expect(clusters.map((cluster) => (cluster.token ?? cluster.password)?.reveal())).toEqual([
    'hub@pve!main=1-2-3',
    'second',
    'third',
    'mine',
  ]);
  expect(warnings).toEqual(['PVE_TOKEN_GONE was ignored: no cluster has such an id']);
});

it('the secret of a webhook, and the token that a command sends, come from files, too', () => {
  const environment = {
    WEBHOOK_SECRET_FILE: write('hook', 'known to both\n'),
    API_TOKEN_FILE: write('token', token),
  };
  expect(requireSecrets({ environment, folder })).toMatchObject({
    WEBHOOK_SECRET: 'known to both',
    API_TOKEN: token,
  });
});

it.each([
  ['a file that is not there', () => ({ API_TOKEN_FILE: 'nowhere' }), /API_TOKEN_FILE: ENOENT/],
  ['an empty file', () => ({ API_TOKEN_FILE: write('empty', '\n') }), /API_TOKEN_FILE: .*empty is empty/],
  ['a folder', () => ({ API_TOKEN_FILE: '.' }), /API_TOKEN_FILE: .*is a folder/],
  [
    'variable and file',
    () => ({ API_TOKEN: token, API_TOKEN_FILE: write('t', token) }),
    /API_TOKEN_FILE: is set, and so is API_TOKEN/,
  ],
  [
    'no folder of credentials',
    () => ({ CREDENTIALS_DIRECTORY: '/nowhere' }),
    /CREDENTIALS_DIRECTORY: ENOENT/,
  ],
  [
    'a weak token in a file',
    () => ({ API_TOKEN_FILE: write('weak', 'weak-secret') }),
    /API_TOKEN: is too weak/,
  ],
])('%s is a fault that repeats no secret', (_what, makeEnvironment, words) => {
  const environment = makeEnvironment();
  expect(() => load(environment)).toThrow(words);
  expect(() => load(environment)).not.toThrow(/weak-secret|a-token-of/);
});

it('a secret file that every user can read is warned of', () => {
  mkdirSync(join(folder, 'open'));
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'open'), 0o755);
  const file = join(folder, write('open/token', token));
  chmodSync(file, 0o644);
  expect(load({ API_TOKEN_FILE: file })).toMatchObject({
    openFiles: [file],
    warnings: [expect.stringContaining(`${file} holds secrets, and every user of this machine can read it`)],
  });
});
