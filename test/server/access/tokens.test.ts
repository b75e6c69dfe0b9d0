import { createClient } from 'graphql-sse';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Role } from '../../../src/access/caller.ts';
import { createTokenService, type ShownToken } from '../../../src/access/token-service.ts';
import type { Store } from '../../../src/store/store.ts';
import { systemClock, type Clock } from '../../../src/time/clock.ts';
import { startHub, type StartedHub, type StartOptions } from '../start-hub.ts';
import { apiToken } from './callers.ts';
import { createReachedServices } from './reached.ts';
import { addThings } from './things.ts';

const hubs: StartedHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});

async function start(options: StartOptions = {}): Promise<StartedHub> {
  const createServices = (store: Store) => ({ tokens: createTokenService({ store, clock: systemClock }) });
  const hub = await startHub({ settings: { apiToken }, createServices, ...options });
  hubs.push(hub);
  await addThings(hub.store, 'cluster1');
  return hub;
}

const hour = 3_600_000;

function make({ store }: StartedHub, role: Role = 'VIEWER', life = hour): Promise<ShownToken> {
  const tokens = createTokenService({ store, clock: systemClock });
  return tokens.create({ name: 'test', role, expiresAt: new Date(Date.now() + life) });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('tokens over GraphQL', () => {
  it('are made, shown once, listed, rotated and revoked by an administrator', async () => {
    const hub = await start();
    const admin = bearer(apiToken);
    const expiresAt = new Date(Date.now() + hour).toISOString();
    const made = await hub.query(
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { token apiToken { id databaseId state } userErrors { code } } }',
      { input: { name: 'ci', role: 'VIEWER', clusterIds: ['cluster1'], expiresAt } },
      admin,
    );
    const { createToken } = z
      .object({ createToken: z.object({ token: z.string(), apiToken: z.object({ id: z.string() }) }) })
      .parse(made.data);
    const list = '{ apiTokens { totalCount nodes { name role clusterIds state lastUsedAt } } }';
    expect((await hub.query(list, {}, admin)).data).toEqual({
      apiTokens: {
        totalCount: 1,
        nodes: [{ name: 'ci', role: 'VIEWER', clusterIds: ['cluster1'], state: 'ACTIVE', lastUsedAt: null }],
      },
    });
    expect(
      (await hub.query('{ stats { totalTemplates } }', {}, bearer(createToken.token))).errors,
    ).toBeUndefined();
    const rotated = await hub.query(
      'mutation ($id: ID!) { rotateToken(input: { id: $id }) { token } }',
      { id: createToken.apiToken.id },
      admin,
    );
    const { rotateToken } = z.object({ rotateToken: z.object({ token: z.string() }) }).parse(rotated.data);
    const ask = async (token: string) =>
      (await fetch(`${hub.url}/api/templates/stats`, { headers: bearer(token) })).status;
    expect([await ask(createToken.token), await ask(rotateToken.token)]).toEqual([401, 200]);
    await hub.query(
      'mutation ($id: ID!) { revokeToken(input: { id: $id }) { apiToken { state } } }',
      { id: '1' },
      admin,
    );
    expect(await ask(rotateToken.token)).toBe(401);
  });
});

it('the last use of a token is written, and not more than once a minute', async () => {
  let now = Date.now();
  const clock: Clock = { now: () => now, sleep: systemClock.sleep };
  const hub = await start({ clock });
  const { row, text } = await make(hub);
  const useAt = async (moment: number) => {
    now = moment;
    await fetch(`${hub.url}/livez`);
    await fetch(`${hub.url}/api/templates/stats`, { headers: bearer(text) });
    const token = () => hub.store.prisma.apiToken.findUniqueOrThrow({ where: { id: row.id } });
    await expect.poll(async () => (await token()).lastUsedAt).not.toBeNull();
    return async () => (await token()).lastUsedAt?.getTime();
  };
  const first = now;
  expect(await (await useAt(first))()).toBe(first);
  expect(await (await useAt(first + 59_999))()).toBe(first);
  await expect.poll(await useAt(first + 60_000)).toBe(first + 60_000);
});

describe('what is watched with a token', () => {
  it.each([
    ['is revoked', (hub: StartedHub, id: number) => tokensOf(hub).revoke(id)],
    ['gets another secret', (hub: StartedHub, id: number) => tokensOf(hub).rotate(id)],
    [
      'expires',
      ({ store }: StartedHub, id: number) =>
        store.prisma.apiToken.update({ where: { id }, data: { expiresAt: new Date() } }),
    ],
    [
      'is limited to another cluster',
      ({ store }: StartedHub, id: number) =>
        store.prisma.apiToken.update({ where: { id }, data: { clusters: '["cluster2"]' } }),
    ],
  ])('ends with `complete` within 5 s when the token %s', async (_name, change) => {
    const hub = await start();
    const { row, text } = await make(hub);
    const others = await make(hub);
    const watched = watch(hub, text);
    const other = watch(hub, others.text);
    await Promise.all([watched.begun, other.begun]);
    const before = Date.now();
    await change(hub, row.id);
    expect(await watched.ended).toBe('complete');
    expect(Date.now() - before).toBeLessThan(5000);
    await systemClock.sleep(1500);
    expect(other.hasEnded()).toBe(false);
    other.stop();
  });
});

function tokensOf({ store }: StartedHub) {
  return createTokenService({ store, clock: systemClock });
}

/** Watches changes of templates. */
function watch(hub: StartedHub, token: string) {
  const client = createClient({
    url: `${hub.url}/graphql`,
    headers: bearer(token),
    retryAttempts: 0,
  });
  const begun = Promise.withResolvers<void>();
  let how: string | undefined;
  const ended = new Promise<string>((resolve) => {
    const end = (word: string) => {
      how = word;
      resolve(word);
    };
    client.subscribe(
      { query: 'subscription { templateChanged(after: 0) { kind } }' },
      { next: () => begun.resolve(), error: (error) => end(String(error)), complete: () => end('complete') },
    );
  });
  return { begun: begun.promise, ended, hasEnded: () => how !== undefined, stop: () => client.dispose() };
}

describe('a server without any token', () => {
  const get = async (hub: StartedHub, headers: Record<string, string> = {}) =>
    (await fetch(`${hub.url}/api/templates/stats`, { headers })).status;

  it.each([
    [{}, 200],
    [{ origin: 'http://localhost:5173' }, 200],
    [{ origin: 'http://127.0.0.1:9' }, 200],
    [{ origin: 'http://[::1]:9' }, 200],
    [{ origin: 'https://example.org' }, 403],
    [{ origin: 'http://10.0.0.9:8080' }, 403],
    [{ origin: 'null' }, 403],
  ])('answers to %j with %i', async (headers, status) => {
    expect(await get(await start({ settings: {} }), headers)).toBe(status);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1'])('does not listen on %s', async (host) => {
    await expect(startHub({ empty: true, settings: { host } })).rejects.toMatchObject({
      code: 'SERVER_OPEN',
    });
  });

  it('answers pages of its own', async () => {
    const hub = await start({ settings: {} });
    expect(await get(hub, { origin: hub.url })).toBe(200);
  });

  it('is closed by the first one, whoever makes it, and stays so when that is revoked', async () => {
    const hub = await start({ settings: {} });
    const watched = watch(hub, 'none');
    await watched.begun;
    expect(await get(hub)).toBe(200);
    const { row, text } = await make(hub);
    expect([await get(hub), await get(hub, bearer(text))]).toEqual([401, 200]);
    expect(await watched.ended).toBe('complete');
    await tokensOf(hub).revoke(row.id);
    expect([await get(hub), await get(hub, bearer(text))]).toEqual([401, 401]);
  });
});

it('a browser is asked for a password by one challenge alone, others for a bearer token', async () => {
  const hub = await start();
  const challenge = async (accept: string) =>
    (await fetch(`${hub.url}/graphiql`, { headers: { accept } })).headers.get('www-authenticate');
  expect(await challenge('text/html,*/*;q=0.8')).toBe('Basic realm="Template Hub"');
  expect(await challenge('application/json')).toBe('Bearer realm="Template Hub"');
});

it('a run that removes guests is not retried by an operator', async () => {
  const hub = await start({ createServices: createReachedServices });
  const data = { clusterId: 'cluster1', trigger: 'TIMER', kind: 'REMOVAL', status: 'FINISHED' } as const;
  const { id } = await hub.store.prisma.replicationRun.create({ data });
  const retry = `mutation { retryReplicationRun(input: { runId: ${id} }) { userErrors { code } } }`;
  const { errors, data: answer } = await hub.query(retry, {}, bearer((await make(hub, 'OPERATOR')).text));
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  expect(answer).toBeNull();
});
