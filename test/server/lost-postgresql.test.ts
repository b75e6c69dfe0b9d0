/** A PostgreSQL that goes away while a hub runs on it, and comes back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { explainStoreFault } from '../../src/store/explain-fault.ts';
import { startHub, type StartedHub } from './start-hub.ts';

let postgres: PostgresServer;
let hub: StartedHub;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('hub');
  hub = await startHub({ databaseUrl: url });
}, 90_000);

afterAll(async () => {
  await hub.close();
  await postgres.stop();
});

const read = async (path: string) => {
  const response = await fetch(`${hub.url}${path}`);
  return { status: response.status, text: (await response.text()).trim() };
};

it(
  '/readyz says so, no answer has a stack, and all goes on when it is back',
  { timeout: 60_000 },
  async () => {
    expect(await read('/readyz')).toMatchObject({ status: 200 });
    const resume = await postgres.pause();
    expect(await read('/livez')).toMatchObject({ status: 200 });
    expect(await read('/readyz')).toEqual({ status: 503, text: '{"status":"unavailable"}' });
    const health = await read('/health');
    expect(health).toMatchObject({ status: 503, text: expect.stringContaining('the store does not answer') });
    const lost = await read('/api/templates?limit=7');
    expect(lost.status).toBeGreaterThanOrEqual(500);
    expect(lost.text).not.toMatch(/ at .*:\d+|prisma|node_modules/i);
    const error: unknown = await hub.store.prisma.lease.count().catch((fault: unknown) => fault);
    expect(explainStoreFault({ url }, error)?.message).toMatch(
      /^The database hub at 127\.0\.0\.1:\d+ cannot be used: PostgreSQL does not answer there .*\nStart it, or correct DATABASE_URL\.$/,
    );
    await resume();
    await expect.poll(async () => (await read('/readyz')).status, { timeout: 20_000 }).toBe(200);
    expect(await read('/api/templates?limit=7')).toMatchObject({ status: 200 });
    const made = await hub.store.prisma.lease.create({
      data: { name: 'x', owner: 'test', expiresAt: new Date(0) },
    });
    expect(made.name).toBe('x');
  },
);
