/** Names and places as people have them, in the clusters file and the environment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { loadStoreConfig } from '../../src/config/named-clusters.ts';
import { replicationPolicySchema } from '../../src/replication/policy/policy.ts';

const token = 'hub@pve!hub=1';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-places-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function load(environment: Record<string, string> = {}) {
  return loadConfig({ environment, folder, replication: replicationPolicySchema });
}

function write(content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(folder, 'clusters.json'), text);
}

/** The whole message, as `config check` prints it. */
function findFaults(environment: Record<string, string> = {}): string {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('a host', () => {
  it.each([
    [{ host: '[::1]' }, '::1', 8006],
    [{ host: '::1' }, '::1', 8006],
    [{ host: '[::1]:8007' }, '::1', 8007],
    [{ host: 'pve1:443' }, 'pve1', 443],
    [{ host: 'pve1', port: 443 }, 'pve1', 443],
    [{ host: 'pve1:443', port: '443' }, 'pve1', 443],
  ])('as in %j is read, by those who connect and those who do not', (entry, host, port) => {
    write([{ id: 'lab', token, ...entry }]);
    expect(load().clusters).toMatchObject([{ host, port }]);
    expect(loadStoreConfig({ environment: {}, folder }).clusters).toMatchObject([{ host, port }]);
  });

  it('may be a list: the first one names the cluster, the others are asked in turn', () => {
    const alternatives = [
      { host: 'pve2', port: 443 },
      { host: '::1', port: 8006 },
    ];
    for (const host of [['pve1', 'pve2:443', '[::1]'], 'pve1, pve2:443, [::1]']) {
      write([{ id: 'lab', token, host }]);
      expect(load().clusters).toMatchObject([{ host: 'pve1', port: 8006, alternatives }]);
    }
    const { clusters } = load({ CLUSTERS_FILE: '', PVE_HOST: 'ignored' });
    expect(clusters).toHaveLength(1);
  });

  it('with a port that contradicts "port" is a fault', () => {
    write([{ id: 'lab', token, host: 'pve1:443', port: 8006 }]);
    expect(findFaults()).toContain('[0].port: is 8006, but the host is written with port 443');
  });

  it('of the environment is read the same way', () => {
    const clusters = load({ PVE_HOST: '[fd00::1]:443, pve2', PVE_TOKEN: token }).clusters;
    expect(clusters).toMatchObject([
      { host: 'fd00::1', port: 443, alternatives: [{ host: 'pve2', port: 8006 }] },
    ]);
  });

  it('to listen on stands without brackets in the end, and has its port in PORT', () => {
    expect(load({ HOST: '[::1]' }).host).toBe('::1');
    expect(load({ HOST: '[::1]' }).apiToken).toBeUndefined();
    expect(findFaults({ HOST: '127.0.0.1:9000' })).toContain('HOST: must be an address alone: set PORT=9000');
  });
});

describe('clusters', () => {
  it('may share a host on different ports', () => {
    write([
      { id: 'one', token, host: 'pve1:8006' },
      { id: 'two', token, host: 'pve1:8007' },
    ]);
    expect(load().clusters.map(({ port }) => port)).toEqual([8006, 8007]);
  });

  it('may not share a place, however it is written', () => {
    write([
      { id: 'one', token, host: 'PVE1' },
      { id: 'two', token, host: ['pve2', 'pve1:8006'] },
    ]);
    expect(findFaults()).toContain('[1]: has the same host pve1:8006 as clusters.json: [0]');
  });
});

it('a token of a user with an @ in the name is one', () => {
  write([{ id: 'lab', host: 'pve1', token: 'jane.doe@example.com@entra!hub=1-2' }]);
  expect(load().clusters[0]?.token?.reveal()).toBe('jane.doe@example.com@entra!hub=1-2');
});

it('fingerprints have one notation, and may be several', () => {
  const [one, two] = ['AB', 'CD'].map((byte) => Array(32).fill(byte).join(':'));
  write([{ id: 'lab', token, host: 'pve1', fingerprint: [one?.toLowerCase(), two?.replaceAll(':', '')] }]);
  expect(load().clusters[0]?.tls).toEqual({ mode: 'fingerprint', sha256: [one, two] });
  write([{ id: 'lab', token, host: 'pve1', fingerprint: one }]);
  expect(load().clusters[0]?.tls).toEqual({ mode: 'fingerprint', sha256: one });
});

describe('what is wrong', () => {
  it('comes in one go: unknown keys with what was meant, faults, contradictions and duplicates', () => {
    write([
      { id: 'lab', hots: 'pve1', host: 'https://pve1', token, fingerprnt: 'ab' },
      { id: 'lab', host: 'pve2', password: 'x', replication: { mod: 'ALL_NODES', limits: { perNode: 1 } } },
    ]);
    const message = findFaults({ PORT: 'x', PVE_TOKN: 'x', DATABASE_URI: 'file:a.db' });
    for (const expected of [
      /PORT: must be a port/,
      /\[0\]\.host: must be a name or an address/,
      /\[1\]\.user: is missing/,
      /\[1\]\.replication\.mod: is not known; did you mean "mode"\?/,
      /\[1\]\.replication\.limits\.perNode: is not known/,
      /\[1\]: has the same id "lab" as clusters\.json: \[0\]/,
      /and \d+ warnings:\n/,
      /\[0\]\.hots is not known and was ignored; did you mean "host"\?/,
      /\[0\]\.fingerprnt is not known and was ignored; did you mean "fingerprint"\?/,
      /PVE_TOKN is not known and was ignored; did you mean "PVE_TOKEN"\?/,
      /DATABASE_URI is not known and was ignored; did you mean "DATABASE_URL"\?/,
    ])
      expect(message).toMatch(expected);
  });

  it('names a key that stands twice in one entry', () => {
    write('[{\n  "id": "lab",\n  "host": "pve1",\n  "host": "pve2",\n  "token": "hub@pve!hub=1"\n}]');
    expect(findFaults()).toMatch(/clusters\.json: line 4: the key "host" stands there twice/);
  });

  it('are not the variables of other programs', () => {
    expect(load({ SSH_AUTH_SOCK: 'x', REPORT: 'x', HOSTNAME: 'x', LOG_DIR: 'x' }).warnings).toEqual([]);
  });
});
