/** `hub doctor`, `cluster probe` and `cluster pin` on clusters whose account lacks rights. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, runHub, startHub, type RunningHub } from './support.ts';

const place = makeFolder();
let simulator: RunningHub;

/** One node; the account may not use bridges; its only storage for images is thick LVM. */
const world = {
  clusters: [
    {
      id: 'lab',
      name: null,
      nodes: [{ name: 'pve1' }],
      storages: [{ id: 'thick', type: 'lvm' }],
      users: [{ id: 'hub@pve', password: 'secret-of-the-hub' }],
      acl: [
        { path: '/', id: 'hub@pve', role: 'PVEAuditor' },
        { path: '/vms', id: 'hub@pve', role: 'PVEVMAdmin' },
        { path: '/storage', id: 'hub@pve', role: 'PVEDatastoreUser' },
      ],
    },
  ],
};

const entriesSchema = z.array(
  z.looseObject({ id: z.string(), port: z.int(), fingerprint: z.string().optional() }),
);

function readEntries() {
  return entriesSchema.parse(JSON.parse(readFileSync(join(place.folder, 'clusters.json'), 'utf8')));
}

function writeEntries(change: Record<string, unknown>): void {
  const entries = readEntries().map((entry) => ({ ...entry, ...change }));
  writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(entries));
}

function hub(...words: string[]) {
  return runHub(words, place);
}

beforeAll(async () => {
  writeFileSync(join(place.folder, 'world.json'), JSON.stringify(world));
  simulator = startHub(['simulator', '--world', 'world.json', '--write-clusters', 'clusters.json'], place);
  await simulator.waitFor(/^lab {2}https:/);
});

afterAll(async () => {
  simulator.kill();
  await simulator.ended;
  place.remove();
});

describe('hub doctor', () => {
  it('names the missing right and its commands, and the storage that cannot hold bases', async () => {
    const { code, stdout, stderr } = await hub('doctor');
    expect(code).toBe(1);
    expect(stderr).toBe('1 of the checks failed\n');
    expect(stdout).toMatch(/^✗ {2}rights +SDN\.Use missing on \/sdn\/zones\/localnetwork and below/m);
    expect(stdout).toMatch(/^! {2}storages +thick \(lvm\) cannot hold the bases of linked clones/m);
    expect(stdout).toMatch(/^✓ {2}time /m);
    expect(stdout).toMatch(
      /^ {2}pveum acl modify \/sdn\/zones\/localnetwork -user 'hub@pve' -role TemplateHub-sdn-zones-localnetwork-more$/m,
    );
  });

  it('finds nothing once the commands were followed', async () => {
    const [entry] = readEntries();
    const step = {
      do: 'set-acl',
      cluster: 'lab',
      acl: { path: '/sdn/zones', id: 'hub@pve', role: 'PVESDNUser' },
    };
    await control(entry?.port ?? 0, step);
    const { code, stdout } = await hub('doctor', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        clusterId: 'lab',
        checks: expect.arrayContaining([
          { level: 'ok', subject: 'rights', message: 'every right that replication needs is there' },
        ]),
      },
    ]);
  });
});

describe('hub doctor on the files of this machine', () => {
  it('warns of a clusters file that every user can read, with the command that closes it', async () => {
    const file = join(place.folder, 'clusters.json');
    chmodSync(place.folder, 0o755);
    chmodSync(file, 0o644);
    const { stdout } = await hub('doctor');
    chmodSync(file, 0o600);
    expect(stdout).toMatch(/^! {2}files .*every user of this/m);
    expect(stdout).toContain(`  chmod 600 ${file}\n`);
    expect((await hub('doctor')).stdout).not.toMatch(/every user of this|chmod/);
  });
});

describe('hub cluster pin', () => {
  it('writes the fingerprint into the clusters file, and leaves the rest', async () => {
    const before = readEntries();
    const pinned = before[0]?.fingerprint ?? '';
    writeEntries({ fingerprint: undefined, verify_ssl: false, comment: 'ours' });
    expect((await hub('doctor')).stdout).toMatch(/^ {2}hub cluster pin lab$/m);
    const { code, stdout } = await hub('cluster', 'pin', 'lab', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      clusterId: 'lab',
      fingerprint: pinned,
      file: join(place.folder, 'clusters.json'),
    });
    expect(readEntries()).toEqual([{ ...before[0], verify_ssl: false, comment: 'ours' }]);
  });

  it('refuses a certificate that is not the expected or the pinned one', async () => {
    const expected = await hub('cluster', 'pin', 'lab', '--expect', 'ab'.repeat(32), '--json');
    expect(expected.code).toBe(1);
    expect(JSON.parse(expected.stderr)).toMatchObject({ error: { code: 'FINGERPRINT_MISMATCH' } });
    writeEntries({ fingerprint: 'ab'.repeat(32) });
    const changed = await hub('cluster', 'pin', 'lab');
    expect(changed.code).toBe(1);
    expect(changed.stderr).toMatch(/If it was renewed: hub cluster pin lab --replace/);
    expect((await hub('cluster', 'pin', 'lab', '--replace')).code).toBe(0);
  });
});

describe('hub cluster probe', () => {
  it('shows certificate, version, nodes and storages of a configured cluster', async () => {
    const { code, stdout } = await hub('cluster', 'probe', 'lab', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      clusterId: 'lab',
      version: '8.4.21',
      certificate: { subject: 'CN=pve1.localdomain', sha256: readEntries()[0]?.fingerprint },
      nodes: [{ node: 'pve1', status: 'online' }],
      storages: [{ storage: 'thick', type: 'lvm', shared: false }],
    });
  });

  it('shows only the certificate of a host that is not configured, and how to pin it', async () => {
    const { code, stdout } = await hub(
      'cluster',
      'probe',
      'localhost',
      '--pve-port',
      String(readEntries()[0]?.port),
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`to pin       "fingerprint": "${readEntries()[0]?.fingerprint}"`);
    expect(stdout).not.toContain('version');
  });

  it('says so when nobody answers there', async () => {
    const { code, stderr } = await hub('cluster', 'probe', '127.0.0.1', '--pve-port', '1', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { message: expect.stringContaining('ECONNREFUSED') } });
  });
});

/** One step of the simulator's own control, which listens beside the API. */
async function control(port: number, step: object): Promise<void> {
  const { request } = await import('node:https');
  const options = {
    host: '127.0.0.1',
    port,
    path: '/simulator/control',
    method: 'POST',
    rejectUnauthorized: false,
  };
  await new Promise<void>((resolve, reject) => {
    const sent = request(options, (answer) => {
      answer
        .resume()
        .on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`control: ${answer.statusCode}`)),
        );
    });
    sent.once('error', reject);
    sent.setHeader('content-type', 'application/json');
    sent.end(JSON.stringify(step));
  });
}
