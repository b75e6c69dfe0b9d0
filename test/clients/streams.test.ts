/** What subscriptions promise to clients that are slow, and to those that come back. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DrivenClock } from '../../src/time/driven-clock.ts';
import { progressDocument, type ProgressData } from './front-end-documents.ts';
import { startHubWithRuns, type HubWithRuns } from './start-hub-with-runs.ts';

const clock = new DrivenClock();
let hub: HubWithRuns;
beforeAll(async () => {
  hub = await startHubWithRuns({ clock });
});
afterAll(() => hub.close());

/** Subscribes, and ends the connection after so many states. */
async function watchRun(id: string, most: number): Promise<ProgressData['replicationRun'][]> {
  const client = createClient({ url: `${hub.url}/graphql`, retryAttempts: 0 });
  const states: ProgressData['replicationRun'][] = [];
  for await (const { data } of client.iterate<ProgressData>({ query: progressDocument, variables: { id } })) {
    states.push(data?.replicationRun ?? null);
    if (states.length === most) break;
  }
  client.dispose();
  return states;
}

test('who connects again gets the present state first, not what was missed', async () => {
  const { databaseId, id } = await hub.startRun();
  expect(await watchRun(id, 1)).toMatchObject([{ status: 'QUEUED', stepsDone: 0 }]);
  await hub.replicator.advance(databaseId);
  await hub.replicator.advance(databaseId);
  expect(await watchRun(id, 1)).toMatchObject([{ status: 'RUNNING', stepsDone: 2 }]);
  await hub.replicator.finish(databaseId, 'SUCCEEDED');
  expect(await watchRun(id, 9)).toMatchObject([{ status: 'FINISHED', outcome: 'SUCCEEDED' }]);
});

/** Updates of the run: all of their events together are far more than what lies in the buffers of the sockets. */
const updates = 250;
const steps = 200;
const stepText = 'x'.repeat(1000);

test('who does not read is dropped, and little is kept for them', async () => {
  const { databaseId, id } = await hub.startRun();
  await hub.store.prisma.replicationStep.createMany({
    data: Array.from({ length: steps }, (_, index) => ({
      runId: databaseId,
      clusterId: 'cluster1',
      sourceVmid: 111,
      targetNode: 'pve4',
      way: 'SHARED_TARGET',
      name: stepText,
      token: `slow-${index}`,
    })),
  });
  const socket = await subscribeByHand(id);
  const closed = once(socket, 'close');
  await once(socket, 'data');
  socket.pause();
  for (let update = 0; update < updates; update += 1) {
    await hub.replicator.advance(databaseId);
    await delay(5);
  }
  await clock.advance(15_000);
  let received = 0;
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    text = chunk.toString('latin1').slice(-200);
  });
  // What the system had taken over already is read; then comes the end of the connection instead of the run's.
  socket.resume();
  await closed;
  expect(text).not.toContain('event: complete');
  expect(received).toBeLessThan((updates * steps * stepText.length) / 2);
});

async function subscribeByHand(id: string): Promise<Socket> {
  const query = 'subscription ($id: ID!) { replicationRun(id: $id) { stepsDone steps { name } } }';
  const body = JSON.stringify({ query, variables: { id } });
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  // Being cut off is what is expected here.
  socket.on('error', () => undefined);
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, 'connect');
  return socket;
}
