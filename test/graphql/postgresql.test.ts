import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type StartedHub } from '../server/start-hub.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { filters } from './filter-arbitrary.ts';

const cases = z
  .array(z.object({ path: z.string(), status: z.number(), body: z.unknown() }))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'data', 'rest-cases.json'), 'utf8')));

let server: PostgresServer;
let postgresql: StartedHub;
let sqlite: StartedHub;
beforeAll(async () => {
  server = await startPostgres();
  postgresql = await startHub({ databaseUrl: await server.createDatabase('graphql') });
  sqlite = await startHub();
});
afterAll(async () => {
  await postgresql.close();
  await sqlite.close();
  await server.stop();
});

test('the REST cases are answered the same on PostgreSQL', async () => {
  for (const { path, status, body } of cases) {
    const response = await fetch(postgresql.url + path);
    expect({ path, status: response.status, body: await response.json() }).toEqual({ path, status, body });
  }
});

test('filters find the same on both stores', { timeout: 60_000 }, async () => {
  const document = `query ($where: TemplateWhere) {
    templates(where: $where) { totalCount nodes { databaseId lastVerifiedAt source { vmid } replicas { name } } }
  }`;
  await fc.assert(
    fc.asyncProperty(filters(2), async (where) => {
      const variables = { where };
      const wanted = await sqlite.query(document, variables);
      const given = await postgresql.query(document, variables);
      expect(given).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});

test('orders are the same on both stores, rows without a value among them', async () => {
  const document = `query ($orderBy: [TemplateOrder!]) {
    templates(orderBy: $orderBy, first: 100) { nodes { databaseId } }
  }`;
  for (const field of ['LAST_VERIFIED_AT', 'CLUSTER_ID', 'VMID', 'DISK_BYTES']) {
    for (const direction of ['ASC', 'DESC']) {
      const variables = { orderBy: [{ field, direction }] };
      expect(await postgresql.query(document, variables)).toEqual(await sqlite.query(document, variables));
    }
  }
});
