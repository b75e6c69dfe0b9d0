import { afterAll, beforeAll, expect, test } from 'vitest';
import { DrivenClock } from '../../src/time/driven-clock.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';

const gibibyte = 1024n ** 3n;
const clock = new DrivenClock();
let hub: StartedHub;

beforeAll(async () => {
  hub = await startHub({ clock });
});
afterAll(() => hub.close());

const document = `query ($id: ID!) {
  replicationRun(id: $id) {
    percent bytesDone bytesTotal bytesPerSecond estimatedEndAt
    waitingFor { reason since until message }
    steps { phase percent bytesDone bytesTotal bytesPerSecond estimatedEndAt errorMessage errorDetail }
  }
}`;

async function ask(id: number) {
  const { data, errors } = await hub.query(document, {
    id: Buffer.from(`ReplicationRun:${id}`).toString('base64'),
  });
  expect(errors).toBeUndefined();
  return data?.['replicationRun'];
}

/** A run whose one step has copied 2 GiB of 8, at 256 MiB/s as of now. */
async function addCopying(): Promise<number> {
  const { prisma } = hub.store;
  const at = new Date(clock.now());
  const copying = {
    bytesTotal: 8n * gibibyte,
    bytesDone: 2n * gibibyte,
    bytesPerSecond: 2 ** 28,
    progressAt: at,
  };
  const run = await prisma.replicationRun.create({
    data: { clusterId: 'cluster1', trigger: 'BOOT', status: 'RUNNING', startedAt: at, ...copying },
  });
  const step = { sourceVmid: 9000, sourceNode: 'pve1', targetNode: 'pve2', way: 'SHARED_TARGET', name: 'r' };
  await prisma.replicationStep.create({
    data: {
      ...step,
      ...copying,
      runId: run.id,
      clusterId: 'cluster1',
      token: `token-${run.id}`,
      phase: 'CLONING',
      errorMessage: 'The clone on pve1 failed: no such volume group',
      errorDetail: 'UPID:…\nTASK ERROR: clone failed',
    },
  });
  const name = 'replication/cluster1';
  const lease = { owner: 'elsewhere/1/x', fence: 1, expiresAt: new Date(clock.now() + 3_600_000) };
  await prisma.lease.upsert({ where: { name }, create: { name, ...lease }, update: lease });
  return run.id;
}

test('a run has bytes, pace and estimated end, live from its steps; an old pace is none', async () => {
  const id = await addCopying();
  const figures = {
    percent: 25,
    bytesDone: 2_147_483_648,
    bytesTotal: 8_589_934_592,
    bytesPerSecond: 268_435_456,
    estimatedEndAt: new Date(clock.now() + 24_000).toISOString(),
  };
  expect(await ask(id)).toMatchObject({
    ...figures,
    waitingFor: null,
    steps: [{ ...figures, phase: 'CLONING', errorDetail: 'UPID:…\nTASK ERROR: clone failed' }],
  });
  // Nothing is written meanwhile, and yet the answer is another one.
  await clock.advance(40_000);
  expect(await ask(id)).toMatchObject({
    percent: 25,
    bytesPerSecond: null,
    steps: [{ percent: 25, bytesPerSecond: null, estimatedEndAt: null }],
  });
  await hub.store.prisma.replicationRun.update({ where: { id }, data: { status: 'FINISHED' } });
});

test('a run says what holds it', async () => {
  const { prisma } = hub.store;
  const pausedAt = new Date(clock.now());
  await prisma.cluster.update({ where: { id: 'cluster2' }, data: { paused: true, pausedAt } });
  const run = await prisma.replicationRun.create({ data: { clusterId: 'cluster2', trigger: 'MUTATION' } });
  expect(await ask(run.id)).toMatchObject({
    percent: 0,
    waitingFor: {
      reason: 'PAUSED',
      since: pausedAt.toISOString(),
      until: null,
      message: expect.stringContaining('hub replicate resume cluster2'),
    },
  });
  const { data } = await hub.query('{ clusters { clusterId paused pausedAt } }');
  expect(data?.['clusters']).toContainEqual({
    clusterId: 'cluster2',
    paused: true,
    pausedAt: pausedAt.toISOString(),
  });
});
