import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { FakeReplicator } from './fake-replicator.ts';

let hub: StartedHub;
const replicator = new FakeReplicator();
beforeAll(async () => {
  hub = await startHub({ services: { replicator } });
  replicator.store = hub.store;
});
afterAll(() => hub.close());

const document = `subscription ($id: ID!) { replicationRun(id: $id) { status outcome stepsDone stepsTotal } }`;

function watchRun(databaseId: number) {
  const client = createClient({ url: `${hub.url}/graphql`, retryAttempts: 0 });
  const id = Buffer.from(`ReplicationRun:${databaseId}`).toString('base64');
  return client.iterate<{ replicationRun: unknown }>({ query: document, variables: { id } });
}

test('a run is told from its present state to its end', async () => {
  const [run] = await replicator.request({ clusterId: 'cluster1', trigger: 'MUTATION' });
  if (!run) throw new TypeError('no run');
  const states: unknown[] = [];
  for await (const { data } of watchRun(run.id)) {
    states.push(data?.replicationRun);
    if (states.length === 1) await replicator.advance(run.id);
    if (states.length === 2) await replicator.advance(run.id);
    if (states.length === 3) await replicator.finish(run.id, 'SUCCEEDED');
  }
  const state = { outcome: null, stepsTotal: 2 };
  expect(states).toEqual([
    { ...state, status: 'QUEUED', stepsDone: 0 },
    { ...state, status: 'RUNNING', stepsDone: 1 },
    { ...state, status: 'RUNNING', stepsDone: 2 },
    { ...state, status: 'FINISHED', stepsDone: 2, outcome: 'SUCCEEDED' },
  ]);
});

test('who comes late gets the final state and the end', async () => {
  const [run] = await replicator.request({ clusterId: 'cluster2', trigger: 'MUTATION' });
  if (!run) throw new TypeError('no run');
  await replicator.finish(run.id, 'CANCELLED');
  const states: unknown[] = [];
  for await (const { data } of watchRun(run.id)) states.push(data?.replicationRun);
  expect(states).toEqual([{ status: 'FINISHED', outcome: 'CANCELLED', stepsDone: 0, stepsTotal: 2 }]);
});

test('a run that is not there is null, and over', async () => {
  const states: unknown[] = [];
  for await (const { data } of watchRun(4711)) states.push(data);
  expect(states).toEqual([{ replicationRun: null }]);
});

test('what another server on the same store did is told, too', async () => {
  const [run] = await replicator.request({
    clusterId: 'cluster1',
    trigger: 'MUTATION',
    idempotencyKey: 'elsewhere',
  });
  if (!run) throw new TypeError('no run');
  const states: unknown[] = [];
  for await (const { data } of watchRun(run.id)) {
    states.push(data?.replicationRun);
    // Written past the replicator of this server: no event tells of it.
    const finished = { status: 'FINISHED', outcome: 'FAILED' } as const;
    await hub.store.prisma.replicationRun.update({ where: { id: run.id }, data: finished });
  }
  expect(states).toHaveLength(2);
});

test('a query over server-sent events is one result and the end', async () => {
  const client = createClient({ url: `${hub.url}/graphql`, retryAttempts: 0 });
  const results: unknown[] = [];
  for await (const result of client.iterate({ query: '{ stats { totalTemplates } }' })) results.push(result);
  expect(results).toEqual([{ data: { stats: { totalTemplates: 36 } } }]);
});

test('template changes come from the latest known one on, each once, by filter', async () => {
  const change = (vmid: number, kind: 'APPEARED' | 'MOVED') =>
    hub.store.prisma.templateChange.create({
      data: { at: new Date(0), kind, vmid, name: 'changed', clusterId: 'cluster1' },
    });
  const first = await change(900, 'APPEARED');
  await change(901, 'APPEARED');
  await change(900, 'MOVED');
  const client = createClient({ url: `${hub.url}/graphql`, retryAttempts: 0 });
  const query = `subscription ($after: Int) { templateChanged(vmid: 900, after: $after) { kind vmid } }`;
  const seen: unknown[] = [];
  for await (const { data } of client.iterate({ query, variables: { after: first.id - 1 } })) {
    seen.push(data?.['templateChanged']);
    if (seen.length === 2) await change(900, 'MOVED');
    if (seen.length === 3) break;
  }
  expect(seen).toEqual([
    { kind: 'APPEARED', vmid: 900 },
    { kind: 'MOVED', vmid: 900 },
    { kind: 'MOVED', vmid: 900 },
  ]);
});
