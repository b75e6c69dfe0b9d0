import { afterEach, expect, it } from 'vitest';
import { createAuditBook } from '../../../src/access/audit/audit-book.ts';
import { ownProcess, type Role } from '../../../src/access/caller.ts';
import { createTokenService } from '../../../src/access/token-service.ts';
import type { Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/time/clock.ts';
import { FakeReplicator } from '../../graphql/fake-replicator.ts';
import { startHub, type StartedHub } from '../start-hub.ts';
import { apiToken } from './callers.ts';

const hubs: StartedHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});

async function start(): Promise<StartedHub> {
  const replicator = new FakeReplicator();
  const createServices = (store: Store) => {
    replicator.store = store;
    return { replicator, tokens: createTokenService({ store, clock: systemClock }) };
  };
  const hub = await startHub({ settings: { apiToken }, createServices });
  hubs.push(hub);
  return hub;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function make({ store }: StartedHub, role: Role) {
  const tokens = createTokenService({ store, clock: systemClock });
  const { row, text } = await tokens.create({
    name: `a ${role}`,
    role,
    expiresAt: new Date(Date.now() + 60_000),
  });
  return { id: row.id, headers: bearer(text) };
}

const readRows = ({ store }: StartedHub) => store.prisma.auditEvent.findMany({ orderBy: { id: 'asc' } });

it('a mutation leaves who asked from where for what, its outcome and its run', async () => {
  const hub = await start();
  const { id, headers } = await make(hub, 'OPERATOR');
  const replicate =
    'mutation ($input: ReplicateInput!) { replicate(input: $input) { run { databaseId } userErrors { code } } }';
  await hub.query(replicate, { input: { clusterId: 'cluster1', vmids: [111] } }, headers);
  await hub.query(replicate, { input: { clusterId: 'nowhere' } }, headers);
  const asked = { who: 'a OPERATOR', tokenId: id, role: 'OPERATOR', origin: '127.0.0.1', what: 'replicate' };
  const [done, failed, ...others] = await readRows(hub);
  const { id: runId } = await hub.store.prisma.replicationRun.findFirstOrThrow();
  expect(done).toMatchObject({ ...asked, outcome: 'DONE', code: null, runId });
  expect(JSON.parse(done?.input ?? '')).toMatchObject({ clusterId: 'cluster1', vmids: [111] });
  expect(failed).toMatchObject({ ...asked, outcome: 'FAILED', code: 'CLUSTER_NOT_FOUND', runId: null });
  expect(others).toEqual([]);
});

it('a change of a token leaves a row, and its text is in none', async () => {
  const hub = await start();
  const input = { name: 'ci', role: 'VIEWER', expiresAt: '2999-01-01T00:00:00Z' };
  const create = 'mutation ($input: CreateTokenInput!) { createToken(input: $input) { token } }';
  await hub.query(create, { input }, bearer(apiToken));
  await hub.query('mutation { revokeToken(input: { id: 1 }) { userErrors { code } } }', {}, bearer(apiToken));
  const rows = await readRows(hub);
  expect(rows.map(({ who, what, outcome }) => [who, what, outcome])).toEqual([
    ['API_TOKEN', 'createToken', 'DONE'],
    ['API_TOKEN', 'revokeToken', 'DONE'],
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/thub_/);
});

it('every 401 and 403 and what is forbidden leaves a row; the same again is counted', async () => {
  const hub = await start();
  const viewer = await make(hub, 'VIEWER');
  for (let time = 0; time < 5; time += 1) await fetch(`${hub.url}/api/templates?x=secret`);
  await hub.query('{ webhooks { url } }', {}, viewer.headers);
  await hub.query(
    'mutation { scanCluster(input: { clusterId: "cluster1" }) { userErrors { code } } }',
    {},
    viewer.headers,
  );
  await hub.store.prisma.apiToken.update({ where: { id: viewer.id }, data: { clusters: '["cluster1"]' } });
  await fetch(`${hub.url}/metrics`, { headers: viewer.headers });
  const rows = async () =>
    (await readRows(hub)).map(({ who, origin, what, outcome, code, count }) => [
      who,
      origin,
      what,
      outcome,
      code,
      count,
    ]);
  const from = '127.0.0.1';
  await expect.poll(rows, { timeout: 5000 }).toEqual(
    expect.arrayContaining([
      ['unknown', from, 'GET /api/templates', 'REFUSED', 'UNAUTHENTICATED', 5],
      ['a VIEWER', from, 'webhooks', 'REFUSED', 'FORBIDDEN', 1],
      ['a VIEWER', from, 'scanCluster', 'REFUSED', 'FORBIDDEN', 1],
      ['a VIEWER', from, 'GET /metrics', 'REFUSED', 'FORBIDDEN', 1],
    ]),
  );
  expect(await rows()).toHaveLength(4);
});

it('a flood of different refusals takes a hundred rows a minute and one for all others', async () => {
  const hub = await start();
  for (let path = 0; path < 150; path += 1) await fetch(`${hub.url}/${path}`);
  const counts = async () => (await readRows(hub)).map(({ count }) => count);
  await expect.poll(async () => (await counts()).at(-1), { timeout: 5000 }).toBe(50);
  expect(await counts()).toHaveLength(101);
});

it('each row is a line of the log; rows older than AUDIT_KEEP go', async () => {
  const hub = await start();
  const lines: object[] = [];
  const logger = { info: (fields: object) => void lines.push(fields), warn: () => undefined };
  await hub.store.prisma.auditEvent.createMany({
    data: [1500, 500].map((age) => ({ at: new Date(Date.now() - age * 1000), who: 'x', what: String(age) })),
  });
  const book = createAuditBook({ store: hub.store, clock: systemClock, logger, keep: 1_000_000 });
  const asked = { caller: ownProcess, origin: null, what: 'scanCluster', input: { clusterId: 'lab' } };
  await book.follow(
    asked,
    async () => 5,
    () => ({ outcome: 'DONE' }),
  );
  expect((await readRows(hub)).map(({ what, outcome }) => [what, outcome])).toEqual([
    ['500', 'BEGUN'],
    ['scanCluster', 'DONE'],
  ]);
  expect(lines).toEqual([
    expect.objectContaining({ who: 'command line', what: 'scanCluster', outcome: 'DONE' }),
  ]);
});

it('what cannot be written down is not done', async () => {
  const hub = await start();
  await hub.store.prisma.$executeRawUnsafe('DROP TABLE audit_events');
  const scan = 'mutation { replicate(input: { clusterId: "cluster1" }) { run { id } } }';
  const { errors } = await hub.query(scan, {}, bearer(apiToken));
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  expect(await hub.store.prisma.replicationRun.count()).toBe(0);
});
