/** A database that another process keeps locked for a while: everything that needs no write goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/time/clock.ts';
import { createWebhookService } from '../../src/webhooks/webhook-service.ts';
import { sendToLoopback } from '../webhooks/support/send-to-loopback.ts';
import { startHub, type StartedHub } from './start-hub.ts';

const lockedMs = 15_000;
const folder = mkdtempSync(join(tmpdir(), 'hub-locked-'));
const file = join(folder, 'hub.db');

let hub: StartedHub;
beforeAll(async () => {
  hub = await startHub({
    databaseUrl: `file:${file}`,
    createServices: (store) => ({
      webhooks: createWebhookService({ store, clock: systemClock, send: sendToLoopback }),
    }),
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Another process takes the lock, and says so. */
async function lock(): Promise<{ readonly over: Promise<unknown> }> {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const code = `const database = new (require(${JSON.stringify(driver)}))(${JSON.stringify(file)});
    database.exec('BEGIN IMMEDIATE');
    console.log('locked');
    setTimeout(() => database.exec('COMMIT'), ${lockedMs});`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { over: once(child, 'exit') };
}

async function measure(path: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${hub.url}${path}`);
  await response.text();
  expect(response.status).toBe(200);
  return performance.now() - begun;
}

it(
  '/livez, /readyz and reads are answered while it is locked for 15 s, and writes are done afterwards',
  { timeout: 60_000 },
  async () => {
    const { over } = await lock();
    const document =
      'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { databaseId } } }';
    const input = { url: 'https://hooks.example.org/', secret: 'a secret of the tests' };
    let isOver = false;
    const writes = Promise.all([
      hub.query(document, { input }),
      hub.store.prisma.lease.create({ data: { name: 'x', owner: 'test', expiresAt: new Date(0) } }),
    ]).finally(() => (isOver = true));
    const times: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      for (const path of ['/livez', '/readyz', '/api/templates?limit=5']) times.push(await measure(path));
      expect(isOver).toBe(false);
      await delay(250);
    }
    expect(Math.max(...times)).toBeLessThan(2000);
    await over;
    expect(await writes).toMatchObject([
      { data: { createWebhook: { webhook: { databaseId: 1 } } } },
      { name: 'x' },
    ]);
  },
);
