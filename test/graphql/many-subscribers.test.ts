import { request as sendRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { FakeReplicator } from './fake-replicator.ts';

const subscribers = 1000;
const steps = 200;

let hub: StartedHub;
const replicator = new FakeReplicator();
beforeAll(async () => {
  hub = await startHub({ services: { replicator } });
  replicator.store = hub.store;
});
afterAll(() => hub.close());

/** Subscribes to a run; resolves with all that was sent once the stream has ended. */
function subscribe(runId: number, started: () => void): Promise<string> {
  const id = Buffer.from(`ReplicationRun:${runId}`).toString('base64');
  const query =
    'subscription ($id: ID!) { replicationRun(id: $id) { status outcome stepsDone steps { phase } } }';
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  return new Promise((resolve, reject) => {
    const sent = sendRequest(`${hub.url}/graphql`, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.once('data', started);
      response.on('data', (chunk: string) => {
        text = (text + chunk).slice(-40_000);
      });
      response.once('end', () => resolve(text));
    });
    sent.once('error', reject);
    sent.end(JSON.stringify({ query, variables: { id } }));
  });
}

test('1,000 subscribers all see how a replication of 200 steps ends', { timeout: 240_000 }, async () => {
  const { prisma } = hub.store;
  const [run] = await replicator.request({ clusterId: 'cluster1', trigger: 'MUTATION' });
  if (!run) throw new TypeError('no run');
  await prisma.replicationStep.createMany({
    data: Array.from({ length: steps }, (_, index) => ({
      runId: run.id,
      clusterId: 'cluster1',
      sourceVmid: 111,
      targetNode: `pve${index}`,
      way: 'SHARED_TARGET',
      name: 'replica',
      token: `token-${index}`,
    })),
  });
  let started = 0;
  const streams = Array.from({ length: subscribers }, () => subscribe(run.id, () => (started += 1)));
  for (let step = 0; step < steps; step += 1) {
    await prisma.replicationStep.updateMany({ where: { token: `token-${step}` }, data: { phase: 'DONE' } });
    await replicator.advance(run.id);
  }
  await replicator.finish(run.id, 'SUCCEEDED');
  const last = (text: string) => text.trim().split('\n\n').slice(-2);
  const ends = new Set((await Promise.all(streams)).map((text) => last(text).join('\n')));
  expect(started).toBe(subscribers);
  expect([...ends]).toHaveLength(1);
  const [end = ''] = ends;
  expect(end).toContain('"status":"FINISHED","outcome":"SUCCEEDED","stepsDone":200');
  expect(end.match(/"phase":"DONE"/g)).toHaveLength(steps);
  expect(end).toMatch(/event: complete/);
});
