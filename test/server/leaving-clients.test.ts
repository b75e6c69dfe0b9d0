import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createLogger } from '../../src/log/logger.ts';
import { createHubServer } from '../../src/server/server.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/time/clock.ts';
import { startPostgres } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Requests of several levels: a client that leaves is gone between two statements. */
const documents = [
  '{ templates(first: 40) { totalCount nodes { name placements { node status } replicas { vmid } source { name } } } }',
  '{ clusters { name nodes { name } replicationPolicy { mode } } replicationRuns { nodes { waitingFor { reason } steps { name } } } }',
  'mutation { pauseReplication(input: { clusterId: "lab" }) { cluster { name } userErrors { code } } }',
  'subscription { templateChanged { kind vmid } }',
];
const requests = [
  ...documents.map((query) => {
    const body = JSON.stringify({ query });
    const accept = query.startsWith('subscription') ? 'text/event-stream' : 'application/json';
    return `POST /graphql HTTP/1.1\r\nhost: localhost\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }),
  'GET /api/templates HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'GET /api/templates/stats HTTP/1.1\r\nhost: localhost\r\n\r\n',
  // Half a body.
  'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query":',
];
/** When clients leave after they have asked, milliseconds. */
const patience = [0, 1, 2, 5, 13, 34];

async function fill({ prisma }: Store): Promise<void> {
  const cluster = { id: 'lab', name: 'lab', host: 'h' };
  await prisma.cluster.create({ data: { ...cluster, nodes: { create: [{ name: 'a' }, { name: 'b' }] } } });
  const template = { clusterId: 'lab', clusterIp: 'h', node: 'a' };
  await prisma.template.createMany({
    data: Array.from({ length: 40 }, (_, index) => ({ ...template, name: `t${index}`, vmid: 100 + index })),
  });
  await prisma.replicationRun.create({ data: { clusterId: 'lab', trigger: 'BOOT' } });
}

/** Asks, and breaks the connection off without waiting for the answer. */
async function askAndLeave(port: number, text: string, afterMs: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  await delay(afterMs);
  socket.resetAndDestroy();
}

/** The log lines of a server whose clients all leave in the middle of their requests. */
async function serveLeavers(url: string): Promise<string> {
  const store = await openStore({ url });
  await fill(store);
  const output = new PassThrough();
  let log = '';
  output.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const settings = { host: '127.0.0.1', port: 0, cacheBytes: 0 };
  const logger = createLogger({ level: 'warn', format: 'json', output });
  const server = createHubServer({ settings, store, services: {}, logger, clock: systemClock });
  const { port } = await server.listen();
  for (const afterMs of patience)
    await Promise.all(requests.flatMap((text) => [0, 1].map(() => askAndLeave(port, text, afterMs))));
  const alive = await fetch(`http://127.0.0.1:${port}/api/templates/stats`);
  expect(alive.status).toBe(200);
  await server.close();
  await store.close();
  return log;
}

test('a client that leaves in the middle of a request is no fault of the server, on SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-leavers-'));
  expect(await serveLeavers(`file:${join(folder, 'hub.db')}`)).toBe('');
  rmSync(folder, { recursive: true });
});

test('and on PostgreSQL', async () => {
  const server = await startPostgres();
  try {
    expect(await serveLeavers(await server.createDatabase('leavers'))).toBe('');
  } finally {
    await server.stop();
  }
});
