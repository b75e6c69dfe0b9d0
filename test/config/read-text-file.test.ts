import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { readTextFile } from '../../src/config/read-text-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-files-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function loadFaults(environment: Record<string, string>): string {
  try {
    loadConfig({ environment, folder });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

const entry = { id: 'lab', name: 'Lab', host: 'pve1', token: 'a@pve!b=c', ca_file: 'named' };

/** Each way to name the file `named` in the configuration. */
const ways: readonly (readonly [string, () => Record<string, string>])[] = [
  ['CLUSTERS_FILE', () => ({ CLUSTERS_FILE: 'named' })],
  ['PERSISTED_OPERATIONS', () => ({ PERSISTED_OPERATIONS: 'named' })],
  [
    'ca_file',
    () => {
      writeFileSync(join(folder, 'clusters.json'), JSON.stringify([entry]));
      return {};
    },
  ],
];

describe.each(ways)('a file named by %s', (_name, name) => {
  it('that is a FIFO is a fault, and is not waited for', () => {
    spawnSync('mkfifo', [join(folder, 'named')]);
    expect(loadFaults(name())).toContain('is a pipe, a socket or a device');
  });

  it('that is a folder is a fault', () => {
    mkdirSync(join(folder, 'named'));
    expect(loadFaults(name())).toContain('is a folder, not a file');
  });

  it('that is far too large is a fault, and is not read', () => {
    writeFileSync(join(folder, 'named'), '');
    truncateSync(join(folder, 'named'), 5_000_000_000);
    expect(loadFaults(name())).toMatch(/named has 5000 MB; at most \d+ MB are read/);
  });
});

it('a byte order mark is no part of a clusters file', () => {
  const entries = [
    { id: 'lab', name: 'Lab', host: 'pve1', password: 'a', user: 'root@pam', verify_ssl: true },
  ];
  writeFileSync(join(folder, 'clusters.json'), `\uFEFF${JSON.stringify(entries)}`);
  expect(loadConfig({ environment: {}, folder }).clusters).toMatchObject([{ id: 'lab' }]);
});

it('a device without end is refused', () => {
  expect(() => readTextFile('/dev/zero')).toThrow('a pipe, a socket or a device');
});
