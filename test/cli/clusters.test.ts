/** Commands that need clusters, on `hub simulator` as the real binary: one world for the whole file, in this order. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, runHub, startHub, type RunningHub } from './support.ts';

const place = makeFolder();
let simulator: RunningHub;

beforeAll(async () => {
  const words = '--world demo --speed 50 --write-clusters clusters.json --json'.split(' ');
  simulator = startHub(['simulator', ...words], place);
  await simulator.waitFor(/^\{"addresses":\[\{"cluster":"alpha"/);
});

afterAll(async () => {
  simulator.kill();
  expect((await simulator.ended).code).toBe(0);
  place.remove();
});

async function hub(...words: string[]) {
  return runHub(words, place);
}

async function askJson(...words: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await hub(...words, '--json');
  expect({ code, stderr: stderr.includes('"error"') ? stderr : '' }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('scan', () => {
  it('records what is there, and copies nothing', async () => {
    expect(await askJson('scan')).toMatchObject([
      { clusterId: 'alpha', cluster: { version: '8.4.21', templateCount: 3, lastErrorCode: null } },
      {
        clusterId: 'beta',
        cluster: {
          templateCount: 2,
          nodes: expect.arrayContaining([{ name: 'beta3', state: 'OFFLINE', version: null }]),
        },
      },
    ]);
    expect(await askJson('stats')).toMatchObject({ totalTemplates: 5, replicaTemplates: 0 });
  });

  it('fails for a cluster that is not configured', async () => {
    const { code, stderr } = await hub('scan', '--cluster', 'gamma', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CLUSTER_NOT_FOUND' } });
  });
});

describe('replicate plan', () => {
  it('says what a run would do, and why not more', async () => {
    const { code, stdout } = await hub('replicate', 'plan');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ *9000 +debian-12 +alpha2 +wanted +LOCAL_MIGRATE/m);
    expect(stdout).toMatch(/^! not possible: .*windows-2022 \(8001\) on beta3: .*offline/m);
    expect(stdout).toMatch(/^beta: 2 to make, 50\.0 GiB; 2 not possible$/m);
    expect(stdout).not.toMatch(/present/);
    expect(await askJson('stats')).toMatchObject({ replicaTemplates: 0 });
  });
});

describe('a cluster whose replication is paused', () => {
  it('has no plan, and says why', async () => {
    const configured = z
      .array(z.looseObject({ id: z.string() }))
      .parse(JSON.parse(readFileSync(join(place.folder, 'clusters.json'), 'utf8')));
    const paused = configured.map((entry) => ({ ...entry, replication: { paused: entry.id === 'alpha' } }));
    writeFileSync(join(place.folder, 'paused.json'), JSON.stringify(paused));
    const words = ['replicate', 'plan', '--clusters', 'paused.json', '--database', 'file:./paused.db'];
    const told = await hub(...words);
    expect(told).toMatchObject({ code: 1, stdout: expect.stringMatching(/^beta: 2 to make/m) });
    expect(told.stderr).toMatch(/^No plan for alpha: Replication of cluster alpha is paused$/m);
    const { stderr } = await hub(...words, '--json');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'PAUSED' } });
  });
});

describe('replicate run', () => {
  it('copies what is asked for, and shows it', async () => {
    const { code, stdout } = await hub(
      'replicate',
      'run',
      '--vmid',
      '9000',
      '--node',
      'alpha2',
      '--cluster',
      'alpha',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^done +100% {2}debian-12-replica → alpha2/m);
    expect(stdout).toMatch(/^ +1 +alpha +replication +\w+ +succeeded +1\/1 +\d+\.0 GiB/m);
  });

  it('is found again by status, with its steps', async () => {
    expect(await askJson('replicate', 'status')).toMatchObject([
      { databaseId: 1, trigger: 'COMMAND', status: 'FINISHED', outcome: 'SUCCEEDED' },
    ]);
    expect(await askJson('replicate', 'status', '1')).toMatchObject({
      steps: [
        { name: 'debian-12-replica', sourceVmid: 9000, targetNode: 'alpha2', phase: 'DONE', percent: 100 },
      ],
    });
    const { code, stderr } = await hub('replicate', 'status', '99', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'RUN_NOT_FOUND' } });
  });

  it('cannot be cancelled or done again when it is over and well', async () => {
    for (const [verb, reason] of [
      ['cancel', 'RUN_FINISHED'],
      ['retry', 'NOTHING_TO_RETRY'],
    ] as const) {
      const { code, stderr } = await hub('replicate', verb, '1', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: reason } });
    }
  });
});

describe('with a server running', () => {
  let server: RunningHub;
  let url = '';

  beforeAll(async () => {
    const environment = { API_TOKEN: 'a-long-random-token-of-32-characters', REPLICATE_AT_START: 'false' };
    server = startHub(['serve', '--port', '0', '--json'], { ...place, environment });
    url = (await server.waitFor(/^\{"url":"(.*)"\}$/))[1] ?? '';
  });

  afterAll(async () => {
    server.kill();
    expect((await server.ended).code).toBe(0);
  });

  it('asks for its token', async () => {
    const { code, stderr } = await hub('stats', '--server', url, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });

  it('replicate run shows progress live through it', { timeout: 60_000 }, async () => {
    const environment = { API_TOKEN: 'a-long-random-token-of-32-characters' };
    const words = ['replicate', 'run', '--vmid', '9002', '--server', url];
    const { code, stdout, stderr } = await runHub(words, { folder: place.folder, environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^(cloning|migrating) +\d+% {2}alpine-3\.20-replica → alpha\d/m);
    expect(stdout.match(/^done +100% {2}alpine-3\.20-replica/gm)).toHaveLength(2);
  });

  it(
    'a second process on the same database leaves the work to it, and sees it done',
    { timeout: 60_000 },
    async () => {
      const { code, stdout } = await hub('replicate', 'run', '--vmid', '9001');
      expect(code).toBe(0);
      expect(stdout).toMatch(/succeeded +2\/2/);
    },
  );
});

describe('migrate', () => {
  it('with --scan-only copies nothing', async () => {
    const before = await askJson('stats');
    expect(await askJson('migrate', '--scan-only')).toMatchObject({ runs: [], stats: before });
  });

  it('scans, replicates what is still missing, and shows figures', { timeout: 60_000 }, async () => {
    const { code, stdout } = await hub('migrate');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^13 templates \(5 originals, 8 replicas, 0 class templates\)/m);
    expect((await hub('replicate', 'plan', '--cluster', 'alpha')).stdout).toBe(
      'alpha: everything is in place\n',
    );
  });
});

describe('a class', () => {
  it('is booked without a server as well', async () => {
    const words = 'class create Rust --cluster alpha --source 9001'.split(' ');
    expect(await askJson(...words)).toMatchObject({ name: 'Rust', state: 'DRAFT', sourceVmid: 9001 });
  });
});

describe('cluster list', () => {
  it('shows clusters as the last scan saw them', async () => {
    const { stdout } = await hub('cluster', 'list');
    expect(stdout).toMatch(/^alpha +127\.0\.0\.1:\d+ +8\.4\.21 +3\/3 online +9 /m);
    expect(stdout).toMatch(/^beta +127\.0\.0\.2:\d+ +\S+ +2\/3 online +4 /m);
  });
});

describe('a cluster that cannot be reached', () => {
  it('is named, and the others are scanned all the same', async () => {
    const configured = z
      .array(z.unknown())
      .parse(JSON.parse(readFileSync(join(place.folder, 'clusters.json'), 'utf8')));
    const dead = {
      id: 'dead',
      host: '127.0.0.9',
      port: 9,
      token: 'hub@pve!demo=x',
      fingerprint: 'ab'.repeat(32),
    };
    writeFileSync(join(place.folder, 'three.json'), JSON.stringify([...configured, dead]));
    const words = ['scan', '--clusters', 'three.json', '--database', 'file:./three.db'];
    const { code, stdout, stderr } = await hub(...words);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^alpha .* 3\/3 online/m);
    expect(stdout).toMatch(/^beta .* 2\/3 online/m);
    expect(stderr).toMatch(/^dead: .*127\.0\.0\.9/m);
  });
});
