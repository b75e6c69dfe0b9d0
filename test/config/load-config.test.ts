import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../src/config/config-error.ts';
import { makePem } from '../support/make-pem.ts';
import { loadConfig, type LoadOptions } from '../../src/config/load-config.ts';

const legacy = {
  id: 'cluster1',
  name: 'Lab',
  host: '10.220.15.249',
  user: 'root@pam',
  password: 'pw1',
  verify_ssl: false,
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function load(environment: Record<string, string>, options: Partial<LoadOptions> = {}) {
  return loadConfig({ environment, folder, ...options });
}

function writeClusters(content: unknown, name = 'clusters.json') {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function findFaults(environment: Record<string, string>, options: Partial<LoadOptions> = {}): string[] {
  try {
    load(environment, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => `${fault.where}: ${fault.message}`);
    throw error;
  }
  return [];
}

describe('an empty environment', () => {
  it('gives the documented defaults', () => {
    expect(load({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      apiToken: undefined,
      databaseUrl: 'file:./data/template-hub.db',
      clusters: [],
      offline: false,
      replicateAtStart: true,
      webhookAllow: [],
      trustProxy: [],
      streams: { each: 1000, all: 2000 },
      connections: 10_000,
      auditKeep: 34_560_000_000,
      scanInterval: 300_000,
      replicationInterval: 1_800_000,
      log: { level: 'info', format: 'auto' },
      graphiql: true,
      introspection: true,
      openFiles: [],
      secretKeys: [],
      warnings: [],
    });
  });

  it('counts blank variables as absent', () => {
    expect(load({ HOST: ' ', PORT: '', CLUSTERS_FILE: '', API_TOKEN: ' ' })).toEqual(load({}));
  });
});

describe('the clusters file', () => {
  it('takes the Python system’s entries as they are', () => {
    writeClusters([legacy]);
    const config = load({});
    expect(config.clusters).toMatchObject([
      { id: 'cluster1', name: 'Lab', host: '10.220.15.249', port: 8006 },
    ]);
    expect(config.clusters[0]?.password?.reveal()).toBe('pw1');
    expect(config.clusters[0]?.tls).toEqual({ mode: 'insecure' });
    expect(config.warnings[0]).toMatch(/cluster1.*NOT checked/);
  });

  it('takes port, token, fingerprint, authority and YAML', async () => {
    const pem = await makePem();
    writeFileSync(join(folder, 'ca.pem'), pem);
    const sha256 = 'AB:'.repeat(31) + 'CD';
    writeClusters(
      `clusters:
  - { id: one, host: pve.example, port: 443, token: 'hub@pve!main=1-2-3', ca_file: ca.pem }
  - { id: two, host: 10.0.0.2, user: root@pam, password: x, fingerprint: '${sha256}' }
  - { id: three, host: 10.0.0.3, user: root@pam, password: x }
`,
      'lab.yaml',
    );
    const { clusters, warnings } = load({ CLUSTERS_FILE: 'lab.yaml' });
    expect(clusters.map((cluster) => cluster.tls)).toEqual([
      { mode: 'ca', ca: pem },
      { mode: 'fingerprint', sha256: sha256 },
      { mode: 'system' },
    ]);
    expect(clusters[0]).toMatchObject({ name: 'one', port: 443 });
    expect(clusters[0]?.token?.reveal()).toBe('hub@pve!main=1-2-3');
    expect(warnings).toEqual([]);
  });

  it('warns of keys that it does not know', () => {
    writeClusters([{ ...legacy, verify_ssl: true, fingerprnt: 'ab' }]);
    expect(load({}).warnings).toEqual([
      'clusters.json: [0].fingerprnt is not known and was ignored; did you mean "fingerprint"?',
    ]);
  });

  it('goes before PVE_HOST', () => {
    writeClusters([{ ...legacy, verify_ssl: true }]);
    const config = load({ PVE_HOST: '10.0.0.9', PVE_ADMIN_USER: 'root@pam', PVE_ADMIN_PASS: 'x' });
    expect(config.clusters.map((cluster) => cluster.host)).toEqual(['10.220.15.249']);
    expect(config.warnings).toEqual(['PVE_HOST is ignored because clusters.json names the clusters']);
  });

  it('has its replication settings checked by the schema it is given', () => {
    const replication = z.object({ mode: z.enum(['all', 'none']) });
    writeClusters([{ ...legacy, replication: { mode: 'none' } }]);
    expect(load({}, { replication }).clusters[0]?.replication).toEqual({ mode: 'none' });
    writeClusters([{ ...legacy, replication: { mode: 'some' } }]);
    expect(findFaults({}, { replication })[0]).toMatch(/^clusters\.json: \[0\]\.replication\.mode: /);
  });
});

describe('one cluster by the environment', () => {
  const environment = { PVE_HOST: '10.0.0.9', PVE_ADMIN_USER: 'root@pam', PVE_ADMIN_PASS: 'pw' };

  it.each([
    ['true', 'system'],
    ['1', 'system'],
    ['yes', 'system'],
    ['false', 'insecure'],
  ])('reads PVE_VERIFY=%s as %s', (PVE_VERIFY, mode) => {
    expect(load({ ...environment, PVE_VERIFY }).clusters[0]?.tls.mode).toBe(mode);
  });

  it('is named cluster1 and checks certificates unless told otherwise', () => {
    expect(load(environment).clusters).toMatchObject([
      {
        id: 'cluster1',
        name: 'cluster1',
        host: '10.0.0.9',
        port: 8006,
        user: 'root@pam',
        tls: { mode: 'system' },
      },
    ]);
  });

  it('names the variable at fault', () => {
    expect(findFaults({ PVE_HOST: 'https://10.0.0.9:8006', PVE_ADMIN_USER: 'root' })).toEqual([
      expect.stringMatching(/^PVE_HOST: must be a name or an address, .* without https/),
      expect.stringMatching(/^PVE_ADMIN_USER: must name its realm/),
      expect.stringMatching(/^PVE_ADMIN_PASS: is missing/),
    ]);
    expect(findFaults({ PVE_HOST: '10.0.0.9', PVE_ADMIN_USER: 'root@pam' })).toEqual([
      'PVE_ADMIN_PASS: is missing: give "token", or "user" and "password"',
    ]);
  });
});

describe('faults', () => {
  it('come all at once, of the environment and of every entry', () => {
    writeClusters([
      { id: 'a b', host: '10.0.0.1:/x', user: 'root@pam', password: 'x' },
      { id: 'two', host: '10.0.0.2' },
      { id: 'two', host: '10.0.0.2', token: 'abc', fingerprint: 'ab', ca_file: 'none.pem' },
      'three',
    ]);
    const faults = findFaults({
      PORT: '80800',
      LOG_LEVEL: 'loud',
      SCAN_INTERVAL: 'often',
      OFFLINE: 'perhaps',
    });
    const places = [
      'PORT',
      'OFFLINE',
      'SCAN_INTERVAL',
      'LOG_LEVEL',
      'clusters.json: [0].id',
      'clusters.json: [0].host',
      'clusters.json: [1].user',
      'clusters.json: [2].token',
      'clusters.json: [2].fingerprint',
      'clusters.json: [2].ca_file',
      'clusters.json: [3]',
      'clusters.json: [2]',
      'clusters.json: [2]',
    ];
    expect(faults).toEqual(places.map((place) => expect.stringMatching(`^${RegExp.escape(place)}: `)));
  });

  it('name an entry of WEBHOOK_ALLOW that is neither address nor network nor host', () => {
    writeClusters([legacy]);
    expect(findFaults({ WEBHOOK_ALLOW: '10.0.0.0/8, http://hooks.lan' })).toEqual([
      'WEBHOOK_ALLOW: must name an address, a network (10.1.0.0/16) or a host name each, not "http://hooks.lan"',
    ]);
    expect(load({ WEBHOOK_ALLOW: '10.0.0.0/8, hooks.lan ::1' }).webhookAllow).toEqual([
      '10.0.0.0/8',
      'hooks.lan',
      '::1',
    ]);
  });

  it.each(['127.999.999.999', '127.0.0.1.1', '[::1', '[127.0.0.1]', '[::1]:80'])(
    'name HOST=%s, which nobody can listen on',
    (host) => {
      writeClusters([legacy]);
      expect(findFaults({ HOST: host })).toEqual([expect.stringMatching(/^HOST: must be /)]);
    },
  );

  it('are not that there is no account where nobody connects', () => {
    writeClusters([{ id: 'lab', host: '10.0.0.1' }]);
    expect(findFaults({})).toHaveLength(1);
    expect(load({ OFFLINE: 'true' }).clusters).toMatchObject([{ id: 'lab', host: '10.0.0.1' }]);
  });

  it('name ids and hosts that are used twice', () => {
    const one = { ...legacy, verify_ssl: true };
    writeClusters([one, { ...one, id: 'other' }, { ...one, host: '10.0.0.7' }]);
    expect(findFaults({})).toEqual([
      'clusters.json: [1]: has the same host 10.220.15.249:8006 as clusters.json: [0]',
      'clusters.json: [2]: has the same id "cluster1" as clusters.json: [0]',
    ]);
  });

  it('include a file that is named but missing, broken or of another form', () => {
    expect(findFaults({ CLUSTERS_FILE: 'none.json' })[0]).toMatch(/none\.json: does not exist/);
    writeClusters('[{');
    expect(findFaults({})[0]).toMatch(/clusters\.json: is not JSON/);
    writeClusters('a: [', 'a.yaml');
    expect(findFaults({ CLUSTERS_FILE: 'a.yaml' })[0]).toMatch(/a\.yaml: is not YAML/);
    writeClusters({ cluster1: legacy });
    expect(findFaults({})[0]).toMatch(/must be a list of clusters/);
  });

  it('include an unreadable authority file', () => {
    writeClusters([{ ...legacy, ca_file: 'ca.pem' }]);
    expect(findFaults({})[0]).toMatch(/\[0\]\.ca_file: ENOENT/);
    for (const text of [
      'nothing',
      '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
      '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n',
    ]) {
      writeFileSync(join(folder, 'ca.pem'), text);
      expect(findFaults({})[0]).toMatch(/holds no certificate/);
    }
  });

  it('read well in the error’s message', () => {
    expect(() => load({ PORT: 'x', DATABASE_URL: 'mysql://a' })).toThrow(
      'The configuration has 2 faults:\n  PORT: must be a port from 0 to 65535, not "x"',
    );
    expect(() => load({ DATABASE_URL: 'mysql://a' })).toThrow(/DATABASE_URL: must be file:/);
  });
});

describe('the API token', () => {
  const token = '0123456789abcdef0123456789abcdef';

  it.each(['secret', token.slice(1), 'ab'.repeat(40)])(
    '%j is too weak, and how to make another is said',
    (weak) => {
      const [fault] = findFaults({ API_TOKEN: weak });
      expect(fault).toMatch(/^API_TOKEN: is too weak: .* 32 random characters .* openssl rand -hex 32$/);
      expect(fault).not.toContain(weak);
    },
  );

  it.each(['0.0.0.0', '::', '192.168.1.5', 'hub.example'])('is required when bound to %s', (HOST) => {
    expect(findFaults({ HOST })[0]).toMatch(/^API_TOKEN: is required/);
    expect(load({ HOST, API_TOKEN: token }).apiToken?.reveal()).toBe(token);
  });

  it.each(['127.0.0.1', '127.0.0.9', 'localhost', '::1'])('may be absent on %s', (HOST) => {
    expect(load({ HOST }).apiToken).toBeUndefined();
  });
});

it('never shows a secret in texts, JSON or logs of the configuration', () => {
  writeClusters([{ ...legacy, password: 'hunter2', token: 'hub@pve!main=hunter3' }]);
  const config = load({ API_TOKEN: 'hunter4-and-as-long-as-it-has-to-be' });
  for (const shown of [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.apiToken)]) {
    expect(shown).not.toContain('hunter');
    expect(shown).toContain('***');
  }
});
