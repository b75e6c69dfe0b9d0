import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTokenService } from '../../../src/access/token-service.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/time/clock.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { startHub, type StartedHub } from '../start-hub.ts';
import { addThings } from './things.ts';

let server: PostgresServer;
let hub: StartedHub;
let other: Store;
beforeAll(async () => {
  server = await startPostgres();
  const databaseUrl = await server.createDatabase('access');
  hub = await startHub({ databaseUrl });
  await addThings(hub.store, 'cluster1');
  await addThings(hub.store, 'cluster2');
  other = await openStore({ url: databaseUrl });
});
afterAll(async () => {
  await other.close();
  await hub.close();
  await server.stop();
});

it('on PostgreSQL a token of another process lets in, shows its clusters, and is refused once revoked', async () => {
  const tokens = createTokenService({ store: other, clock: systemClock });
  const expiresAt = new Date(Date.now() + 60_000);
  const input = { name: 'ci', role: 'OPERATOR', clusterIds: ['cluster2'], expiresAt } as const;
  const { row, text } = await tokens.create({ ...input, clusterIds: [...input.clusterIds] });
  const headers = { authorization: `Bearer ${text}` };
  const ask = () => fetch(`${hub.url}/api/templates`, { headers });
  await expect.poll(async () => (await fetch(`${hub.url}/api/templates`)).status).toBe(401);
  const shown = await (await ask()).text();
  expect(shown).toMatch(/cluster2/);
  expect(shown).not.toMatch(/cluster1|10\.220\.15/);
  const scan = 'mutation { scanCluster(input: { clusterId: "cluster2" }) { userErrors { code } } }';
  await hub.query(scan, {}, headers);
  await tokens.revoke(row.id);
  await expect.poll(async () => (await ask()).status, { timeout: 2000 }).toBe(401);
  const rows = () => hub.store.prisma.auditEvent.findMany({ orderBy: { id: 'asc' } });
  await expect
    .poll(async () => (await rows()).map(({ who, what, outcome }) => [who, what, outcome]))
    .toEqual(
      expect.arrayContaining([
        ['ci', 'scanCluster', 'FAILED'],
        ['unknown', 'GET /api/templates', 'REFUSED'],
      ]),
    );
});
