import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueChanges } from '../../src/webhooks/queue-changes.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { openOutbox } from './support/outbox.ts';
import { startReceiver } from './support/receiver.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

test('two servers on PostgreSQL send each change once, in order', async () => {
  const url = await server.createDatabase('sending');
  const [here, there] = [await openOutbox(url), await openOutbox(url)];
  const receiver = await startReceiver();
  receiver.react = (_request, before) => (before === 1 ? 500 : 200);
  await here.createWebhook(receiver.url);
  const changes = await there.addChanges({}, {}, {}, {});
  here.startSender({ intervals: { claimMs: 3_600_000 } });
  there.startSender({ intervals: { claimMs: 3_600_000 } });
  const isOver = async () => (await here.deliveries()).filter((one) => one.deliveredAt).length === 4;
  await Promise.all([here.until(isOver), there.until(isOver)]);
  const told = receiver.requests.map(({ body }) => Number(/"databaseId":(\d+)/.exec(body)?.[1]));
  expect([...new Set(told)]).toEqual(changes);
  expect(told).toHaveLength(5);
  await Promise.all([here.close(), there.close()]);
  await receiver.close();
});

test('a change that is committed after one with a higher id is not passed over', async () => {
  const url = await server.createDatabase('late');
  const outbox = await openOutbox(url);
  await outbox.createWebhook('http://127.0.0.1:9/');
  const writer = new pg.Client({ connectionString: url });
  await writer.connect();
  await writer.query('BEGIN');
  const row = `VALUES (now(), 'APPEARED', 100, 'late') RETURNING id`;
  const late = await writer.query<{ id: number }>(
    `INSERT INTO template_changes (at, kind, vmid, name) ${row}`,
  );
  const [early] = await outbox.addChanges({});
  expect(early).toBeGreaterThan(late.rows[0]?.id ?? 0);
  const queueing = queueChanges({ store: outbox.store, clock: outbox.clock });
  await expect.poll(() => isWaitingForLock(url)).toBe(true);
  await writer.query('COMMIT');
  await queueing;
  expect((await outbox.deliveries()).map(({ changeId }) => changeId)).toEqual([late.rows[0]?.id, early]);
  await writer.end();
  await outbox.close();
});

async function isWaitingForLock(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT 1 FROM pg_locks WHERE NOT granted');
  await client.end();
  return rows.length > 0;
}
