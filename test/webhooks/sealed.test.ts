/** Secrets of webhooks in the database: sealed, and nowhere in the clear. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLogger } from '../../src/log/logger.ts';
import { createTemplateHub } from '../../src/main.ts';
import { openStore } from '../../src/store/store.ts';
import { makeFolder, runHubHere, startHub } from '../cli/support.ts';
import { isSigned, startReceiver, type Receiver } from './support/receiver.ts';

// Random, as the list of processes is looked through for it.
const secret = `swordfish-${randomUUID()}`;
const key = `key-${randomUUID()}`;
const otherKey = `other-${randomUUID()}`;

let place: ReturnType<typeof makeFolder>;
let receiver: Receiver;

beforeEach(async () => {
  place = makeFolder();
  receiver = await startReceiver();
});

afterEach(async () => {
  await receiver.close();
  place.remove();
});

function hub(words: string[], environment: Record<string, string> = {}) {
  return runHubHere([...words, '--database', 'file:./hub.db'], {
    folder: place.folder,
    environment: { WEBHOOK_ALLOW: '127.0.0.1', ...environment },
  });
}

/** Names of the files of the folder that hold a text. */
function findIn(text: string): string[] {
  return readdirSync(place.folder).filter((file) => readFileSync(join(place.folder, file)).includes(text));
}

async function makeDatabase(): Promise<void> {
  const store = await openStore({ url: 'file:./hub.db', folder: place.folder });
  await store.close();
}

/** The server that is composed as `serve` does, offline; what it logs. */
async function startAndStop(environment: Record<string, string> = {}): Promise<string> {
  const lines: string[] = [];
  const output = new Writable({
    write: (line, _encoding, done) => {
      lines.push(String(line));
      done();
    },
  });
  const config = loadConfig({
    environment: { OFFLINE: 'true', PORT: '0', DATABASE_URL: 'file:./hub.db', ...environment },
    folder: place.folder,
  });
  const logger = createLogger({ level: 'debug', format: 'json', output });
  const started = await createTemplateHub({ config, logger, folder: place.folder });
  await started.start();
  // While it is open: the journal is there, too.
  expect(findIn(secret)).toEqual([]);
  await started.stop();
  return lines.join('');
}

async function readSealed(): Promise<string[]> {
  const store = await openStore({ url: 'file:./hub.db', folder: place.folder });
  const rows = await store.prisma.webhook.findMany({ orderBy: { id: 'asc' } });
  await store.close();
  return rows.map((row) => row.secret);
}

it('a new webhook’s secret is sealed with a key file that is made beside the database, for its owner only', async () => {
  await makeDatabase();
  const { code, stdout } = await hub(['webhook', 'create', receiver.url, '--json'], {
    WEBHOOK_SECRET: secret,
  });
  expect(code).toBe(0);
  expect(stdout).not.toContain(secret);
  expect(findIn(secret)).toEqual([]);
  expect((statSync(join(place.folder, 'hub.db.key')).mode & 0o777).toString(8)).toBe('600');
  expect((await hub(['webhook', 'test', '1'])).code).toBe(0);
  expect(receiver.requests.map((request) => isSigned(request, secret))).toEqual([true]);
  expect(receiver.requests.length).toBe(1);
});

it('secrets in the clear of an older version are sealed by the start, and neither file nor WAL holds them then', async () => {
  const store = await openStore({ url: 'file:./hub.db', folder: place.folder });
  const { webhook } = store.prisma;
  await webhook.create({ data: { url: receiver.url, secret } });
  const gone = await webhook.create({ data: { url: receiver.url, secret: `${secret}-gone` } });
  await webhook.delete({ where: { id: gone.id } });
  expect(findIn(secret)).not.toEqual([]);
  await store.close();
  expect(await startAndStop()).toContain('Secrets of webhooks are sealed now');
  expect(findIn(secret)).toEqual([]);
  expect(await startAndStop()).not.toContain('are sealed now');
  expect((await hub(['webhook', 'test', '1'])).code).toBe(0);
  expect(receiver.requests.map((request) => isSigned(request, secret))).toEqual([true]);
});

it('hub secret rotate seals everything with another key of the file', async () => {
  await makeDatabase();
  await hub(['webhook', 'create', receiver.url], { WEBHOOK_SECRET: secret });
  const before = await readSealed();
  const keys = readFileSync(join(place.folder, 'hub.db.key'), 'utf8');
  const { stdout } = await hub(['secret', 'rotate']);
  expect(stdout).toBe('Sealed with the new key: 1 secret.\n');
  expect((await readSealed())[0]?.slice(0, 23)).not.toBe(before[0]?.slice(0, 23));
  expect(readFileSync(join(place.folder, 'hub.db.key'), 'utf8').split('\n')[1]).toBe(keys.trim());
  expect(findIn(before[0] ?? '')).toEqual([]);
  expect((await hub(['webhook', 'test', '1'])).code).toBe(0);
});

it('hub secret rotate goes from one SECRET_KEY to another, and asks for the former one', async () => {
  await makeDatabase();
  await hub(['webhook', 'create', receiver.url], { WEBHOOK_SECRET: secret, SECRET_KEY: key });
  expect(readdirSync(place.folder)).not.toContain('hub.db.key');
  expect((await hub(['secret', 'rotate'], { SECRET_KEY: otherKey })).stderr).toMatch(
    /SECRET_KEY_FORMER is not set/,
  );
  const { code } = await hub(['secret', 'rotate'], { SECRET_KEY: otherKey, SECRET_KEY_FORMER: key });
  expect(code).toBe(0);
  expect((await hub(['webhook', 'test', '1'], { SECRET_KEY: otherKey })).code).toBe(0);
  expect([secret, key, otherKey].flatMap(findIn)).toEqual([]);
});

it('with a wrong key the server starts, says so, and sends nothing with a wrong signature', async () => {
  await makeDatabase();
  await hub(['webhook', 'create', receiver.url], { WEBHOOK_SECRET: secret, SECRET_KEY: key });
  expect(await startAndStop({ SECRET_KEY: otherKey })).toMatch(
    /sealed with another key: set SECRET_KEY_FORMER/,
  );
  const { code, stdout, stderr } = await hub(['webhook', 'test', '1'], { SECRET_KEY: otherKey });
  expect(code).toBe(1);
  expect(stdout + stderr).toMatch(/another key/);
  expect(receiver.requests).toEqual([]);
});

it('after a full life of a webhook no secret is in log, answers, process list, database or WAL', async () => {
  const token = `token-${randomUUID()}`;
  const environment = {
    API_TOKEN: token,
    SECRET_KEY: key,
    WEBHOOK_ALLOW: '127.0.0.1',
    DATABASE_URL: 'file:./hub.db',
  };
  const server = startHub(['serve', '--offline', '--json', '--log-level', 'trace', '--port', '0'], {
    folder: place.folder,
    environment,
  });
  const url = /\{"url":"([^"]+)"\}/.exec((await server.waitFor(/\{"url":"([^"]+)"\}/))[0])?.[1] ?? '';
  const answers: string[] = [];
  const ask = async (query: string, input: Record<string, unknown>) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query, variables: { input } });
    const answer = await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).text();
    answers.push(answer);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(answer));
  };
  const make =
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id url } userErrors { message } } }';
  await ask(make, { url: receiver.url, secret });
  await ask(make, { url: receiver.url, secret, seecret: 'x' });
  await ask('mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) { webhook { id } } }', {
    id: '1',
    secret: `${secret}-2`,
  });
  await ask('mutation ($input: TestWebhookInput!) { testWebhook(input: $input) { test { delivered } } }', {
    id: '1',
  });
  const listed = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return 'it has ended';
      }
    });
  expect([secret, key, token].flatMap(findIn)).toEqual([]);
  await ask('mutation ($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { deletedId } }', {
    id: '1',
  });
  server.kill();
  const { stdout, stderr } = await server.ended;
  const said = [stdout, stderr, ...answers, ...listed].join('\n');
  expect(receiver.requests.map((request) => isSigned(request, `${secret}-2`))).toEqual([true]);
  expect([secret, key, token].filter((text) => said.includes(text))).toEqual([]);
  expect([secret, key, token].flatMap(findIn)).toEqual([]);
});
