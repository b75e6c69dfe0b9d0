import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSchema } from '../../../src/graphql/schema.ts';
import { createLogger } from '../../../src/log/logger.ts';
import { createApp } from '../../../src/server/create-app.ts';
import { systemClock } from '../../../src/time/clock.ts';
import { startHub, type StartedHub } from '../start-hub.ts';
import { apiToken, makeCallers, type TestCaller } from './callers.ts';
import { mutations, queries, routes, subscriptions } from './documents.ts';
import { reachedCode, createReachedServices } from './reached.ts';
import { readTable, type TableRow } from './read-table.ts';
import { addThings, type Things } from './things.ts';

const table = readTable();
const schema = createSchema();
let hub: StartedHub;
let callers: TestCaller[];
let things: { cluster1: Things; cluster2: Things };
beforeAll(async () => {
  hub = await startHub({ settings: { apiToken }, services: createReachedServices() });
  things = {
    cluster1: await addThings(hub.store, 'cluster1'),
    cluster2: await addThings(hub.store, 'cluster2'),
  };
  const url = 'https://example.org/cluster1';
  await hub.store.prisma.webhook.create({ data: { url, secret: 'of the receiver', clusterId: 'cluster1' } });
  const event = { at: new Date(), who: 'an admin of before', what: 'replicate' };
  await hub.store.prisma.auditEvent.create({ data: event });
  callers = await makeCallers(hub.store);
});
afterAll(() => hub.close());

async function send(caller: TestCaller, path: string, init: RequestInit = {}) {
  const headers = {
    ...(caller.token !== undefined && { authorization: `Bearer ${caller.token}` }),
    ...(init.body !== undefined && { 'content-type': 'application/json' }),
  };
  const response = await fetch(hub.url + path, { ...init, redirect: 'manual', headers });
  return { status: response.status, text: await response.text() };
}

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).optional(),
});

/** What a document is answered: its data as a text, and the code of the first error. */
async function ask(caller: TestCaller, query: string, variables: object = {}) {
  const { status, text } = await send(caller, '/graphql', {
    method: 'POST',
    body: JSON.stringify({ query, variables }),
  });
  if (status === 401) return { data: '', code: 'UNAUTHENTICATED' };
  const { data, errors } = answer.parse(JSON.parse(text));
  return { data: JSON.stringify(data), code: errors?.[0]?.extensions.code };
}

/** What the table promises a caller: refused, all, or what is theirs. */
function promise(caller: TestCaller, row: TableRow): 'unknown' | 'no' | 'all' | 'theirs' {
  if (row.ADMIN === 'anyone') return 'all';
  if (!caller.role) return 'unknown';
  if (row[caller.role] === 'no') return 'no';
  return caller.clusters ? row.limited : 'all';
}

function listRows(kind: string): TableRow[] {
  return table.filter(({ what }) => (kind === '/' ? what.startsWith('/') : what.startsWith(`${kind}.`)));
}

function fieldOf({ what }: TableRow): string {
  return what.slice(what.indexOf('.') + 1);
}

describe('the table of docs/security.md has', () => {
  test.each([
    ['Query', queries],
    ['Mutation', mutations],
    ['Subscription', subscriptions],
  ])('each field of %s, and no other', (type, documents) => {
    const described = schema.getType(type);
    const names = described && 'getFields' in described ? Object.keys(described.getFields()) : [];
    expect(listRows(type).map(fieldOf).toSorted()).toEqual(names.toSorted());
    expect(Object.keys(documents).toSorted()).toEqual(names.toSorted());
  });

  test('each route, and no other', async () => {
    const settings = { host: '127.0.0.1', port: 0 };
    const logger = createLogger({ level: 'fatal', format: 'json' });
    const closing = new AbortController();
    const options = { settings, store: hub.store, services: {}, logger, clock: systemClock };
    const app = createApp(options, closing.signal);
    await app.ready();
    const paths = new Set(listPaths(app.printRoutes({ commonPrefix: false })));
    await app.close();
    const rows = listRows('/').map(({ what }) => what);
    expect(rows.toSorted()).toEqual([...paths].toSorted());
    expect(Object.keys(routes).toSorted()).toEqual([...paths].toSorted());
  });
});

/** The paths of a tree of Fastify's: a line begins with four characters a level. */
function listPaths(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([^/\w]*)(\S*)( \(.*)?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    above.splice(depth - 1, above.length, part);
    return methods === undefined ? [] : [above.join('')];
  });
}

/** Asks three times, so that an answer that is kept is given to the third, and then to whoever asks next. */
async function askAgain<Answer>(work: () => Promise<Answer>): Promise<Answer[]> {
  return [await work(), await work(), await work()];
}

test.each(listRows('Query'))('$what', async (row) => {
  const write = queries[fieldOf(row)];
  for (const caller of callers) {
    const promised = promise(caller, row);
    for (const about of [things.cluster1, things.cluster2]) {
      const given = await askAgain(() => ask(caller, write?.(about) ?? ''));
      expect(new Set(given.map((one) => JSON.stringify(one))).size, caller.name).toBe(1);
      const [{ data, code } = { data: '', code: '' }] = given;
      if (promised === 'unknown') expect(code, caller.name).toBe('UNAUTHENTICATED');
      else if (promised === 'no') expect([code, data], caller.name).toEqual(['FORBIDDEN', 'null']);
      else if (promised === 'all') expect(data, caller.name).toMatch(/cluster[12]|an admin/);
      else expect(data, caller.name).not.toMatch(/cluster1|10\.220\.15/);
      if (promised === 'theirs' && about === things.cluster2) expect(data).toMatch(/cluster2/);
    }
  }
});

const payload = z.object({ payload: z.object({ userErrors: z.array(z.object({ code: z.string() })) }) });

test.each(listRows('Mutation'))('$what', async (row) => {
  const field = fieldOf(row);
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { payload: ${field}(input: $input) { userErrors { code } } }`;
  for (const caller of callers) {
    const promised = promise(caller, row);
    for (const about of [things.cluster1, things.cluster2]) {
      const { data, code } = await ask(caller, document, { input: mutations[field]?.(about) });
      if (promised === 'unknown') expect(code, caller.name).toBe('UNAUTHENTICATED');
      else if (promised === 'no') expect([code, data], caller.name).toEqual(['FORBIDDEN', 'null']);
      else {
        const [error] = payload.parse(JSON.parse(data)).payload.userErrors;
        const isTheirs = promised === 'all' || about === things.cluster2;
        if (isTheirs) expect(error?.code, caller.name).toBe(reachedCode);
        else expect(error?.code, caller.name).toMatch(/^(CLUSTER|CLASS|RUN)_NOT_FOUND$/);
      }
    }
  }
});

test.each(listRows('Subscription'))('$what', async (row) => {
  for (const caller of callers) {
    const promised = promise(caller, row);
    for (const about of [things.cluster1, things.cluster2]) {
      const query = subscriptions[fieldOf(row)]?.(about);
      const { status, text } = await firstEvents(caller, query ?? '');
      if (promised === 'unknown') expect(status, caller.name).toBe(401);
      else if (promised === 'all') expect(text, caller.name).toMatch(about.clusterId);
      else expect(text, caller.name).not.toMatch(/cluster1/);
      if (promised === 'theirs' && about === things.cluster2) expect(text).toMatch(/cluster2/);
    }
  }
});

/** What a stream tells in its first moments. */
async function firstEvents(caller: TestCaller, query: string) {
  const end = new AbortController();
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    body: JSON.stringify({ query }),
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(caller.token !== undefined && { authorization: `Bearer ${caller.token}` }),
    },
    signal: end.signal,
  });
  let text = '';
  if (response.status !== 200) return { status: response.status, text: await response.text() };
  const stop = setTimeout(() => end.abort(), 150);
  try {
    for await (const piece of response.body ?? []) text += Buffer.from(piece).toString();
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    clearTimeout(stop);
  }
  return { status: response.status, text };
}

test.each(listRows('/'))('$what', async (row) => {
  for (const caller of callers) {
    const promised = promise(caller, row);
    const path = routes[row.what]?.(things.cluster2) ?? '';
    const [first, , third] = await askAgain(() => send(caller, path));
    expect(third?.status).toBe(first?.status);
    for (const { status, text } of [first, third].filter((one) => one !== undefined)) {
      if (promised === 'unknown') expect(status, caller.name).toBe(401);
      else if (promised === 'no') expect(status, caller.name).toBe(403);
      else expect([200, 302], caller.name).toContain(status);
      if (promised === 'theirs') expect(text, caller.name).not.toMatch(/cluster1|10\.220\.15/);
    }
  }
});
