import { afterEach, describe, expect, it } from 'vitest';
import { judgeClusters } from '../../src/server/judge-clusters.ts';
import { FakeReplicator } from '../graphql/fake-replicator.ts';
import { startHub, type StartedHub } from './start-hub.ts';

const hubs: StartedHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});

async function ask(hub: StartedHub, path: string) {
  const response = await fetch(`${hub.url}${path}`);
  return { status: response.status, body: await response.json() };
}

it('/livez and /readyz need no token and tell no details; /health asks for it', async () => {
  const apiToken = 'a-token-of-thirty-two-characters';
  const hub = await startHub({ settings: { apiToken } });
  hubs.push(hub);
  expect(await ask(hub, '/livez')).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await ask(hub, '/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
  expect((await ask(hub, '/health')).status).toBe(401);
  expect((await ask(hub, '/metrics')).status).toBe(401);
});

it('a cluster that was not reached makes the hub degraded, and /health says which', async () => {
  const hub = await startHub({ services: { replicator: new FakeReplicator() } });
  hubs.push(hub);
  const statusSince = new Date('2026-01-01T00:00:00.000Z');
  const data = { lastScanAt: new Date(), lastErrorCode: null, status: 'ONLINE' as const };
  await hub.store.prisma.cluster.updateMany({ data });
  expect(await ask(hub, '/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
  await hub.store.prisma.cluster.update({
    where: { id: 'cluster2' },
    data: { lastErrorCode: 'UNREACHABLE', status: 'UNREACHABLE', statusSince },
  });
  expect(await ask(hub, '/readyz')).toEqual({ status: 200, body: { status: 'degraded' } });
  expect(await ask(hub, '/health')).toMatchObject({
    status: 200,
    body: {
      status: 'degraded',
      mode: 'online',
      clusters: [
        { id: 'cluster1', status: 'ONLINE' },
        {
          id: 'cluster2',
          status: 'UNREACHABLE',
          statusSince: statusSince.toISOString(),
          lastErrorCode: 'UNREACHABLE',
        },
      ],
    },
  });
});

it('a database that was replaced by one of another version is told: wrong ones are not ready, newer ones degraded', async () => {
  const hub = await startHub({ empty: true });
  hubs.push(hub);
  const book = (sql: string) => hub.store.prisma.$executeRawUnsafe(sql);
  expect(await ask(hub, '/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
  await book(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'y', 1, '99990101000000_later')`,
  );
  expect(await ask(hub, '/readyz')).toEqual({ status: 200, body: { status: 'degraded' } });
  expect(await ask(hub, '/health')).toMatchObject({
    body: { reason: expect.stringContaining('99990101000000_later') },
  });
  await book(`DELETE FROM _prisma_migrations`);
  expect(await ask(hub, '/readyz')).toEqual({ status: 503, body: { status: 'unavailable' } });
  expect(await ask(hub, '/health')).toMatchObject({
    status: 503,
    body: { reason: expect.stringContaining('is not applied') },
  });
});

describe('judging clusters', () => {
  const cluster = {
    id: 'lab',
    lastScanStartedAt: null,
    lastScanAt: new Date(0),
    lastErrorCode: null,
    status: 'ONLINE' as const,
    statusSince: null,
    paused: false,
  };

  it.each([
    [{}, 900_000, 'ok'],
    [{}, 900_001, 'degraded'],
    [{ status: 'NEVER_SCANNED' as const, lastScanAt: null }, 0, 'degraded'],
    [{ status: 'UNREACHABLE' as const }, 0, 'degraded'],
    [{ status: 'DEGRADED' as const }, 0, 'degraded'],
  ])('%j after %i ms is %s', (facts, now, expected) => {
    expect(judgeClusters([{ ...cluster, ...facts }], { now, scanInterval: 300_000 })).toBe(expected);
  });

  it('nothing is old where nothing is scanned by timer', () => {
    expect(judgeClusters([cluster], { now: 1e12, scanInterval: 0 })).toBe('ok');
  });
});
