/** The same questions to a server with the answer cache and to one without, on one store: the answers are the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../../src/log/logger.ts';
import { createHubServer, type HubServer } from '../../src/server/server.ts';
import { writeGraphiqlTabs } from '../../src/server/graphql/graphiql-tabs.ts';
import { systemClock } from '../../src/time/clock.ts';
import { createChoice } from '../fuzz/generate/choice.ts';
import { writeOperation } from '../fuzz/generate/document.ts';
import { startHub, type StartedHub } from '../server/start-hub.ts';

const root = join(import.meta.dirname, '..', '..');
const cases = z
  .array(z.object({ path: z.string() }))
  .parse(JSON.parse(readFileSync(join(root, 'test', 'data', 'rest-cases.json'), 'utf8')));
const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));
const generated = Array.from({ length: 150 }, (_, seed) =>
  writeOperation({ schema, kind: 'query', depth: 3, wrongness: 0.01 }, createChoice(seed)),
);
const written = writeGraphiqlTabs({ vmid: 9000, node: 'pve1' })
  .filter((tab) => /^query /m.test(tab))
  .map((query) => ({ query, variables: {} }));

let cached: StartedHub;
let uncached: HubServer;
beforeAll(async () => {
  cached = await startHub({ settings: { cacheBytes: 64_000_000 } });
  uncached = createHubServer({
    settings: { host: '127.0.0.1', port: 0, cacheBytes: 0 },
    store: cached.store,
    services: {},
    logger: createLogger({ level: 'fatal', format: 'json' }),
    clock: systemClock,
  });
  await uncached.listen();
});
afterAll(async () => {
  await uncached.close();
  await cached.close();
});

/** Asks both servers, the one with the cache twice; answers whether the answer is one that is kept. */
async function compare(path: string, init?: RequestInit): Promise<boolean> {
  const [first, again, plain] = await Promise.all([
    ask(cached.url + path, init),
    ask(cached.url + path, init).then(() => ask(cached.url + path, init)),
    ask(uncached.url + path, init),
  ]);
  expect(first).toEqual(plain);
  expect(again).toEqual(plain);
  return plain.etag !== null;
}

async function ask(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  const { status, headers } = response;
  const [type, warning, etag] = ['content-type', 'warning', 'etag'].map((name) => headers.get(name));
  return { status, type, warning, etag: etag ?? null, body: hideRequestIds(await response.text()) };
}

/** Each answer with a fault of the request names the request. */
function hideRequestIds(body: string): string {
  return body.replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>');
}

function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function compareAll(): Promise<number> {
  let kept = 0;
  for (const { path } of cases) kept += Number(await compare(path));
  for (const operation of [...written, ...generated]) {
    kept += Number(await compare('/graphql', post(operation)));
    const search = new URLSearchParams({
      query: operation.query,
      variables: JSON.stringify(operation.variables),
    });
    kept += Number(await compare(`/graphql?${search}`));
  }
  return kept;
}

describe('with the cache and without, answers are the same', () => {
  test('REST and GraphQL, by POST and by GET', { timeout: 120_000 }, async () => {
    expect(await compareAll()).toBeGreaterThan(150);
  });

  test('after each write', { timeout: 120_000 }, async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      await cached.store.prisma.template.update({ where: { id: 1 }, data: { name: `turn ${turn}` } });
      await compare('/api/templates');
      await compare('/api/templates/by-name/ubuntu-22.04-template');
      for (const operation of [...written, ...generated.slice(turn * 10, turn * 10 + 10)])
        await compare('/graphql', post(operation));
    }
  });
});
