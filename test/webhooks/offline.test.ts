import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { createLogger } from '../../src/log/logger.ts';
import { createTemplateHub, type TemplateHub } from '../../src/main.ts';
import { openStore } from '../../src/store/store.ts';
import { startReceiver } from './support/receiver.ts';

const secret = 'a secret of the tests that nobody else knows';
const document = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { databaseId } userErrors { message } }
}`;

test('a whole server without Proxmox tells what others write, also what was written while it was down', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-offline-'));
  const databaseUrl = `file:${join(folder, 'hub.db')}`;
  const receiver = await startReceiver();
  let log = '';
  const boot = () => bootHub(databaseUrl, (text) => (log += text));
  let hub = await boot();
  const other = await openStore({ url: databaseUrl });
  const write = (name: string) =>
    other.prisma.templateChange.create({ data: { at: new Date(), kind: 'APPEARED', vmid: 900, name } });
  const told = () => receiver.requests.map(({ body }) => /"name":"(\w+)"/.exec(body)?.[1]);

  await createWebhook(hub.server.url, receiver.url);
  await write('first');
  await expect.poll(told, { timeout: 20_000 }).toEqual(['first']);
  await hub.stop();
  await write('second');
  hub = await boot();
  await expect.poll(told, { timeout: 20_000 }).toEqual(['first', 'second']);

  await hub.stop();
  await other.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
  expect(log).toContain('Webhook delivered');
  expect(log).not.toContain(secret);
});

async function bootHub(databaseUrl: string, write: (text: string) => void): Promise<TemplateHub> {
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    databaseUrl,
    clusters: [],
    offline: true,
    replicateAtStart: false,
    auditKeep: 0,
    scanInterval: 0,
    replicationInterval: 0,
    log: { level: 'trace', format: 'json' },
    graphiql: false,
    introspection: false,
    webhookAllow: ['127.0.0.1'],
    trustProxy: [],
    streams: { each: 1000, all: 2000 },
    connections: 10_000,
    warnings: [],
  };
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      write(chunk.toString());
      done();
    },
  });
  const hub = await createTemplateHub({ config, logger: createLogger({ ...config.log, output }) });
  await hub.start();
  return hub;
}

async function createWebhook(server: string, url: string): Promise<void> {
  const response = await fetch(`${server}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables: { input: { url, secret } } }),
  });
  expect(await response.json()).toMatchObject({ data: { createWebhook: { userErrors: [] } } });
}
