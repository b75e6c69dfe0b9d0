/** Commands that only decide what is done: pause, resume, policy and webhooks; no cluster answers here. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyFields } from '../../src/cli/policies.ts';
import { replicationPolicySchema } from '../../src/replication/policy/policy.ts';
import { makeFolder, runHubHere } from './support.ts';

const place = makeFolder();

beforeAll(() => {
  const cluster = { port: 9, token: 'hub@pve!demo=x', fingerprint: 'ab'.repeat(32) };
  const clusters = [
    { id: 'lab', host: '127.0.0.9', ...cluster },
    { id: 'west', host: '127.0.0.8', ...cluster, replication: { mode: 'ON_DEMAND' } },
  ];
  writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(clusters));
});

afterAll(() => place.remove());

function hub(...words: string[]) {
  return runHubHere(words, place);
}

describe('replicate pause and resume', { timeout: 60_000 }, () => {
  it('hold a cluster and let it go on, with the next command', async () => {
    const paused = await hub('replicate', 'pause', 'lab');
    expect(paused).toMatchObject({ code: 0, stderr: '' });
    expect(paused.stdout).toMatch(/^Replication of lab is paused.*\n.*hub replicate resume lab\n$/);
    expect((await hub('cluster', 'list')).stdout).toMatch(/^lab +.* paused/m);
    const resumed = await hub('replicate', 'resume', 'lab', '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({ clusterId: 'lab', paused: false });
  });

  it('ask which cluster, where there are several and none or an unknown one is named', async () => {
    expect(await hub('replicate', 'pause')).toMatchObject({
      code: 2,
      stderr: 'Say which cluster: lab, west.\n',
    });
    const unknown = await hub('replicate', 'resume', 'labb');
    expect(unknown).toMatchObject({ code: 1, stderr: 'There is no cluster labb; there are: lab, west.\n' });
  });
});

describe('cluster probe', () => {
  it('of a name with a typing error says that there is no such cluster, and which there are', async () => {
    const { code, stderr } = await hub('cluster', 'probe', 'labb');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^labb is no configured cluster \(lab, west\), and no host of this name has an address; did you mean "lab"\?$/m,
    );
    expect(stderr).not.toMatch(/getaddrinfo/);
  });
});

describe('replicate policy', { timeout: 90_000 }, () => {
  it('asks the API for every key that a policy has', () => {
    for (const key of Object.keys(replicationPolicySchema.shape))
      expect(policyFields).toMatch(new RegExp(`\\b${key}\\b`));
  });

  it('shows what differs from the default, and whence it comes', async () => {
    const { code, stdout } = await hub('replicate', 'policy');
    expect(code).toBe(0);
    expect(stdout).toBe('lab: as by default\nwest: of the clusters file\n  mode: ON_DEMAND\n');
  });

  it('is set by changes of what holds, and reset', async () => {
    const changes = ['outdated=keep', 'limits.perCluster=2', 'storage.pve2=nvme', 'overcommit=3'];
    const set = await hub('replicate', 'policy', 'set', 'lab', ...changes);
    expect(set).toMatchObject({ code: 0, stderr: '' });
    expect(set.stdout).toMatch(/^lab: set just now\n {2}storage:\n {4}pve2: nvme\n/);
    await hub('replicate', 'policy', 'set', 'lab', 'outdated=', 'bandwidthLimit=1024');
    const shown = JSON.parse((await hub('replicate', 'policy', 'lab', '--json')).stdout);
    expect(shown).toMatchObject([
      {
        clusterId: 'lab',
        source: 'STORED',
        policy: { outdated: 'replace', overcommit: 3, bandwidthLimit: 1024, storage: { pve2: 'nvme' } },
      },
    ]);
    expect((await hub('replicate', 'policy', 'reset', 'lab')).stdout).toBe('lab: as by default\n');
  });

  it('is set from a file as a whole', async () => {
    writeFileSync(
      join(place.folder, 'policy.yaml'),
      'mode: SELECTED\nquietHours:\n  - from: "08:00"\n    to: "18:00"\n',
    );
    const { stdout } = await hub('replicate', 'policy', 'set', 'west', '--file', 'policy.yaml');
    expect(stdout).toMatch(/^west: set just now\n {2}mode: SELECTED\n {2}quietHours:\n {4}- from: 08:00\n/);
  });

  it('tells all faults at once, each with its key', async () => {
    const { code, stderr } = await hub(
      'replicate',
      'policy',
      'set',
      'lab',
      'outdated=never',
      'limits.perNode=1',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}limits: .*perNode/m);
    expect(stderr).toMatch(/^ {2}outdated: /m);
  });

  it('asks for a change of the right form', async () => {
    expect(await hub('replicate', 'policy', 'set', 'lab')).toMatchObject({ code: 2 });
    expect(await hub('replicate', 'policy', 'set', 'lab', 'outdated')).toMatchObject({ code: 2 });
  });
});

describe('webhook', { timeout: 90_000 }, () => {
  it('is made with a secret that is shown once, tried, switched off and deleted', async () => {
    const events: string[] = [];
    const receiver = createServer((request, response) => {
      events.push(String(request.headers['x-template-hub-event']));
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    const url = `http://127.0.0.1:${readPort(receiver.address())}/hook`;
    const allow = { WEBHOOK_ALLOW: '127.0.0.1' };
    try {
      const made = await hub('webhook', 'create', url, '--kind', 'replicated', '--cluster', 'lab');
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect(made.stdout).toMatch(/^Its secret, shown this once: [\w-]{32}\nTry it: hub webhook test 1\n$/m);
      const refused = await hub('webhook', 'test', '1');
      expect(refused.stderr).toMatch(
        /did not take it: 127\.0\.0\.1 is a private.*name it in WEBHOOK_ALLOW\.$/m,
      );
      expect(events).toEqual([]);
      const tested = await runHubHere(['webhook', 'test', '1'], { ...place, environment: allow });
      expect(tested.stdout).toBe('The receiver took it (204).\n');
      expect(events).toEqual(['TEST']);
      const told = await hub('webhook', 'update', '1', '--event', 'run-failed', 'cluster_returned', '--json');
      expect(JSON.parse(told.stdout)).toMatchObject({
        kinds: ['REPLICATED'],
        events: ['CLUSTER_RETURNED', 'RUN_FAILED'],
      });
      await hub('webhook', 'update', '1', '--off', '--all-clusters');
      const listed = await hub('webhook', 'list');
      expect(listed.stdout).toMatch(/^ +1 +http:\S+ +replicated, cluster returned, run failed +all +off +/m);
      expect(listed.stdout).not.toMatch(/secret/);
      expect((await hub('webhook', 'show', '1')).stdout).toMatch(/^Nothing was told yet\.$/m);
      expect((await hub('webhook', 'delete', '1')).stdout).toBe('Webhook 1 is deleted.\n');
    } finally {
      receiver.close();
    }
  });

  it('of a wrong kind, address or number is refused in words', async () => {
    expect((await hub('webhook', 'create', 'http://x', '--kind', 'cloned')).stderr).toMatch(
      /one of appeared, /,
    );
    expect((await hub('webhook', 'create', 'ftp://x')).stderr).toMatch(/must begin with https:\/\//);
    expect((await hub('webhook', 'show', '7')).stderr).toMatch(/no webhook 7\. See: hub webhook list/);
  });
});

function readPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
