import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  Observable,
  type TypedDocumentNode,
} from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { print } from 'graphql';
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

const pageQuery: TypedDocumentNode<PageData, { first: number; after?: string | null }> = gql(pageDocument);

let hub: HubWithRuns;
let client: ApolloClient;
beforeAll(async () => {
  hub = await startHubWithRuns();
  const url = `${hub.url}/graphql`;
  client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      createEventsLink(url),
      new HttpLink({ uri: url }),
    ),
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { templates: relayStylePagination() } } } }),
  });
});
afterAll(async () => {
  client.stop();
  await hub.close();
});

/** Apollo's way to graphql-sse, as the documentation of graphql-sse has it. */
function createEventsLink(url: string): ApolloLink {
  const events = createClient({ url, retryAttempts: 0 });
  return new ApolloLink(
    ({ query, variables, operationName }) =>
      new Observable((observer) =>
        events.subscribe(
          { query: print(query), variables, operationName },
          {
            next: ({ data, errors }) => observer.next({ data, errors }),
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          },
        ),
      ),
  );
}

test('a query', async () => {
  const { data } = await client.query<StatsData>({ query: gql(statsDocument) });
  expect(data?.stats).toMatchObject({ totalTemplates: 36, originalTemplates: 25 });
});

test('Relay paging to the end, pages merged by the cache', async () => {
  const pages = client.watchQuery({ query: pageQuery, variables: { first: 7 } });
  const shown: PageData['templates'][] = [];
  const complete = new Promise<void>((resolve, reject) => {
    pages.subscribe(({ data, dataState, loading }) => {
      if (dataState !== 'complete' || loading) return;
      shown.push(data.templates);
      const { hasNextPage, endCursor } = data.templates.pageInfo;
      if (!hasNextPage) resolve();
      else pages.fetchMore({ variables: { after: endCursor } }).catch(reject);
    });
  });
  await complete;
  pages.stop();
  expect(shown.map(({ edges }) => edges.length)).toEqual([7, 14, 21, 28, 35, 36]);
  expect(new Set(shown.at(-1)?.edges.map(({ node }) => node.id)).size).toBe(36);
});

test('a mutation with user errors', async () => {
  const { data, error } = await client.mutate<PauseData>({
    mutation: gql(pauseDocument),
    variables: { input: { clusterId: 'nowhere' } },
  });
  expect(error).toBeUndefined();
  expect(data?.pauseReplication).toMatchObject({
    cluster: null,
    userErrors: [{ code: 'CLUSTER_NOT_FOUND' }],
  });
});

test('a subscription', async () => {
  const { databaseId, id } = await hub.startRun();
  const states: (ProgressData['replicationRun'] | undefined)[] = [];
  await new Promise<void>((resolve, reject) => {
    client.subscribe<ProgressData>({ query: gql(progressDocument), variables: { id } }).subscribe({
      next: ({ data }) => {
        states.push(data?.replicationRun);
        if (states.length === 1) hub.replicator.advance(databaseId).catch(reject);
        if (states.length === 2) hub.replicator.finish(databaseId, 'SUCCEEDED').catch(reject);
      },
      error: reject,
      complete: resolve,
    });
  });
  expect(states).toMatchObject([
    { status: 'QUEUED', stepsDone: 0 },
    { status: 'RUNNING', stepsDone: 1 },
    { status: 'FINISHED', outcome: 'SUCCEEDED' },
  ]);
});
