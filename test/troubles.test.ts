/** What goes wrong with a cluster, and that it is over: in the log of a whole hub, and for webhooks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { ClusterConfig, Config } from '../src/config/config.ts';
import { Secret } from '../src/config/secret.ts';
import { createLogger } from '../src/log/logger.ts';
import { createTemplateHub, type TemplateHub } from '../src/main.ts';
import { startSimulator, type StartedSimulator } from '../src/simulator/start.ts';
import { buildWorld, password, user } from './replication/support/small-world.ts';
import { startReceiver, type Receiver } from './webhooks/support/receiver.ts';

vi.setConfig({ testTimeout: 60_000 });

const world = buildWorld({ nodes: 2, local: 1, shared: 0 });
const secret = 'a secret of the tests that nobody else knows';

let folder: string;
let receiver: Receiver;
let simulator: StartedSimulator;
let hub: TemplateHub;
let log: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-troubles-'));
  receiver = await startReceiver();
  simulator = await startSimulator({ world });
  log = '';
});

afterEach(async () => {
  await hub.stop();
  await simulator.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function address() {
  const [first] = simulator.addresses;
  if (!first) throw new Error('the simulator serves no cluster');
  return first;
}

async function boot(given: Partial<ClusterConfig> = {}): Promise<void> {
  const { host, port } = address();
  const cluster: ClusterConfig = {
    id: 'lab',
    name: 'lab',
    host,
    port,
    user,
    password: new Secret(password),
    tls: { mode: 'insecure' },
    ...given,
  };
  const config: Config = {
    databaseUrl: `file:${join(folder, 'hub.db')}`,
    clusters: [cluster],
    host: '127.0.0.1',
    port: 0,
    offline: false,
    replicateAtStart: false,
    auditKeep: 0,
    scanInterval: 200,
    replicationInterval: 0,
    log: { level: 'debug', format: 'json' },
    graphiql: false,
    introspection: false,
    webhookAllow: ['127.0.0.1'],
    trustProxy: [],
    streams: { each: 1000, all: 2000 },
    connections: 10_000,
    warnings: [],
  };
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log += chunk.toString();
      done();
    },
  });
  hub = await createTemplateHub({ config, logger: createLogger({ ...config.log, output }) });
  const events = [
    'CLUSTER_UNREACHABLE',
    'CLUSTER_CERTIFICATE_CHANGED',
    'CLUSTER_LOGIN_REFUSED',
    'CLUSTER_RETURNED',
  ] as const;
  await hub.services.webhooks?.create({ url: receiver.url, secret, events: [...events] });
  await hub.start();
}

const lineSchema = z.looseObject({ level: z.union([z.string(), z.number()]), msg: z.string() });

/** Lines of the log about the cluster's troubles. */
function told(): string[] {
  const lines = log
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
  return lines.filter(({ msg }) => msg.startsWith('Cluster ')).map(({ level, msg }) => `${level} ${msg}`);
}

const events = () => receiver.requests.map(({ event }) => event);

const status = async () =>
  (await hub.store.prisma.cluster.findUniqueOrThrow({ where: { id: 'lab' } })).status;

const patient = { timeout: 30_000 };

/** Waits until a few more scans of the cluster have ended. */
async function scanMore(): Promise<void> {
  let scans = 0;
  const off = hub.replicator?.events.on('scan', () => (scans += 1));
  await expect.poll(() => scans, patient).toBeGreaterThan(2);
  off?.();
}

it('a cluster that stops answering is told once, and once that it is back', async () => {
  await boot();
  await expect.poll(status, patient).toBe('ONLINE');
  const { host, port } = address();
  await simulator.close();
  await expect.poll(events, patient).toEqual(['CLUSTER_UNREACHABLE']);
  expect(await status()).toBe('UNREACHABLE');
  const { nodes } = await hub.store.prisma.cluster.findUniqueOrThrow({
    where: { id: 'lab' },
    include: { nodes: true, templates: true },
  });
  expect(nodes.map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN']);
  await scanMore();
  simulator = await startSimulator({ world, host, port });
  await expect.poll(events, patient).toEqual(['CLUSTER_UNREACHABLE', 'CLUSTER_RETURNED']);
  await scanMore();
  expect(events()).toHaveLength(2);
  expect(told()).toEqual([
    'warn Cluster cannot be scanned: its rows stay as they were',
    'info Cluster is scanned again',
  ]);
  expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
    event: 'CLUSTER_UNREACHABLE',
    change: null,
    happened: { kind: 'CLUSTER_UNREACHABLE', clusterId: 'lab', code: 'UNREACHABLE', runId: null },
  });
});

it('a changed certificate is told once', async () => {
  await boot({ tls: { mode: 'fingerprint', sha256: 'ab'.repeat(32) } });
  await expect.poll(events, patient).toEqual(['CLUSTER_CERTIFICATE_CHANGED']);
  await scanMore();
  expect(events()).toHaveLength(1);
  expect(told()).toEqual(['warn Cluster shows another certificate: nothing is sent to it']);
  expect(await status()).toBe('UNREACHABLE');
});

it('a refused login is told once, without the password', async () => {
  await boot({ password: new Secret('swordfish') });
  await expect.poll(events, patient).toEqual(['CLUSTER_LOGIN_REFUSED']);
  expect(told()).toEqual(['warn Cluster refuses the login']);
  expect(log + JSON.stringify(receiver.requests)).not.toContain('swordfish');
});
