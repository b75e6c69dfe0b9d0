import { Client, fetchExchange, subscriptionExchange, type OperationResult } from '@urql/core';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  pageDocument,
  pauseDocument,
  progressDocument,
  statsDocument,
  type PageData,
  type PauseData,
  type ProgressData,
  type StatsData,
} from './front-end-documents.ts';
import { startHubWithRuns, type HubWithRuns } from './start-hub-with-runs.ts';

let hub: HubWithRuns;
let client: Client;
beforeAll(async () => {
  hub = await startHubWithRuns();
  const url = `${hub.url}/graphql`;
  const events = createClient({ url, retryAttempts: 0 });
  client = new Client({
    url,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: events.subscribe(
              { query, variables },
              { ...sink, next: ({ data, errors }) => sink.next({ data, errors }) },
            ),
          }),
        }),
      }),
    ],
    preferGetMethod: false,
  });
});
afterAll(() => hub.close());

test.each([
  ['by POST', false],
  ['by GET', true],
])('a query %s', async (_name, preferGetMethod) => {
  const { data, error } = await client.query<StatsData>(statsDocument, {}, { preferGetMethod });
  expect(error).toBeUndefined();
  expect(data?.stats).toMatchObject({ totalTemplates: 36, originalTemplates: 25 });
});

test('Relay paging to the end', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  let total = 0;
  do {
    const answer: OperationResult<PageData> = await client.query(pageDocument, { first: 10, after });
    if (!answer.data) throw new Error('no page', { cause: answer.error });
    const { edges, pageInfo, totalCount } = answer.data.templates;
    seen.push(...edges.map(({ node }) => node.id));
    total = totalCount;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toHaveLength(total);
  expect(new Set(seen).size).toBe(total);
});

test('a mutation with user errors', async () => {
  const input = { clusterId: 'nowhere' };
  const { data, error } = await client.mutation<PauseData>(pauseDocument, { input });
  expect(error).toBeUndefined();
  expect(data?.pauseReplication).toMatchObject({
    cluster: null,
    userErrors: [{ code: 'CLUSTER_NOT_FOUND' }],
  });
});

test('a subscription', async () => {
  const { databaseId, id } = await hub.startRun();
  const states: unknown[] = [];
  const ended = Promise.withResolvers<void>();
  const { unsubscribe } = client
    .subscription<ProgressData>(progressDocument, { id })
    .subscribe(({ data, error }) => {
      if (error) return ended.reject(error);
      states.push(data?.replicationRun);
      if (states.length === 1) hub.replicator.advance(databaseId).catch(ended.reject);
      if (states.length === 2) hub.replicator.finish(databaseId, 'SUCCEEDED').catch(ended.reject);
      if (data?.replicationRun?.status === 'FINISHED') ended.resolve();
    });
  await ended.promise;
  unsubscribe();
  expect(states).toMatchObject([
    { status: 'QUEUED', stepsDone: 0 },
    { status: 'RUNNING', stepsDone: 1 },
    { status: 'FINISHED', outcome: 'SUCCEEDED' },
  ]);
});
