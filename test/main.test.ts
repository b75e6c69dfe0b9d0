import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ClusterConfig, Config } from '../src/config/config.ts';
import { Secret } from '../src/config/secret.ts';
import { createSilentLogger } from '../src/log/logger.ts';
import { createTemplateHub, type TemplateHub } from '../src/main.ts';
import { findWorld, readWorld } from '../src/simulator/read-world.ts';
import { startSimulator, type StartedSimulator } from '../src/simulator/start.ts';
import { createScaledClock } from './fault/support/scaled-clock.ts';
import { startPostgres, type PostgresServer } from './support/postgres.ts';

const clock = createScaledClock(40);
let postgres: PostgresServer;
let simulator: StartedSimulator;
let folder: string;
const hubs: TemplateHub[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-main-'));
  simulator = await startSimulator({ world: await readWorld(findWorld('demo')), clock });
});

afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const databases = [
  { provider: 'SQLite', createUrl: () => Promise.resolve(`file:${join(folder, 'hub.db')}`) },
  { provider: 'PostgreSQL', createUrl: () => postgres.createDatabase('hub') },
];

describe.each(databases)('a whole hub on $provider', { timeout: 120_000 }, ({ createUrl }) => {
  it('serves and replicates what it can reach, and leaves the rest as it was', async () => {
    const databaseUrl = await createUrl();
    const dead = await describeDeadCluster();
    const first = await boot({ databaseUrl, clusters: [...describeClusters(), dead] });
    await first.hub.store.prisma.template.create({
      data: { name: 'kept', vmid: 100, node: 'pve', clusterId: dead.id, clusterIp: dead.host },
    });
    await first.hub.replicator?.settled();
    const before = await summarise(first.url);
    expect(before.templates).toHaveLength(14);
    expect(before.templates).toContainEqual(
      expect.objectContaining({ name: 'kept', state: 'PRESENT', lastVerifiedAt: null }),
    );
    expect(before.clusters).toContainEqual({
      clusterId: dead.id,
      status: 'UNREACHABLE',
      lastErrorCode: 'UNREACHABLE',
    });
    const offline = await first.hub.store.prisma.node.findMany({ where: { state: 'OFFLINE' } });
    expect(offline).toHaveLength(1);
    expect(before.templates.some(({ node }) => node === offline[0]?.name)).toBe(false);
    await stop(first.hub);

    const clones = countClones();
    const second = await boot({ databaseUrl, clusters: [...describeClusters(), dead] });
    await second.hub.replicator?.settled();
    expect(countClones()).toBe(clones);
    const after = await summarise(second.url);
    const identify = ({ templates }: typeof before) =>
      templates.map(({ name, vmid, node, state }) => [name, vmid, node, state]);
    expect(identify(after)).toEqual(identify(before));
  });
});

const answerSchema = z.object({
  data: z.object({
    templates: z.object({
      nodes: z.array(
        z.object({
          name: z.string(),
          vmid: z.int(),
          node: z.string(),
          state: z.string(),
          lastVerifiedAt: z.iso.datetime().nullable(),
        }),
      ),
    }),
    clusters: z.array(
      z.object({ clusterId: z.string(), status: z.string(), lastErrorCode: z.string().nullable() }),
    ),
  }),
});

async function summarise(url: string) {
  const query = `{
    templates(first: 100) { nodes { name vmid node state lastVerifiedAt } }
    clusters { clusterId status lastErrorCode }
  }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = answerSchema.parse(await response.json());
  return { templates: data.templates.nodes, clusters: data.clusters };
}

function describeClusters(): ClusterConfig[] {
  return simulator.addresses.map(({ cluster, host, port, fingerprint }) => ({
    id: cluster,
    name: cluster,
    host,
    port,
    user: 'root@pam',
    password: new Secret('demo'),
    tls: { mode: 'fingerprint', sha256: fingerprint.replaceAll(':', '').toLowerCase() },
  }));
}

/** A cluster whose port nobody listens on. */
async function describeDeadCluster(): Promise<ClusterConfig> {
  const probe = createServer().listen(0, '127.0.0.3');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const port = typeof address === 'object' && address !== null ? address.port : 1;
  return {
    id: 'dead',
    name: 'dead',
    host: '127.0.0.3',
    port,
    token: new Secret('a@pve!bb=c'),
    tls: { mode: 'system' },
  };
}

async function boot(options: {
  databaseUrl: string;
  clusters: ClusterConfig[];
}): Promise<{ hub: TemplateHub; url: string }> {
  const config: Config = {
    ...options,
    host: '127.0.0.1',
    port: 0,
    offline: false,
    replicateAtStart: true,
    auditKeep: 0,
    scanInterval: 0,
    replicationInterval: 0,
    log: { level: 'silent', format: 'json' },
    graphiql: false,
    introspection: false,
    webhookAllow: [],
    trustProxy: [],
    streams: { each: 1000, all: 2000 },
    connections: 10_000,
    warnings: [],
  };
  const hub = await createTemplateHub({ config, logger: createSilentLogger(), clock });
  hubs.push(hub);
  const { url } = await hub.start();
  return { hub, url };
}

async function stop(hub: TemplateHub): Promise<void> {
  hubs.splice(hubs.indexOf(hub), 1);
  await hub.stop();
}

function countClones(): number {
  return simulator.simulator.state().clusters.reduce((sum, { counts }) => sum + counts.clones, 0);
}
