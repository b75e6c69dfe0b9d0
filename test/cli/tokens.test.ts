import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openStore } from '../../src/store/store.ts';
import { runHub, startHub, type RunningHub } from './support.ts';

let folder: string;
let server: RunningHub;
let url = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-tokens-'));
  const store = await openStore({ url: 'file:./data/template-hub.db', folder });
  await store.prisma.cluster.create({ data: { id: 'lab', name: 'Lab', host: '10.0.0.1' } });
  await store.close();
  server = startHub(['serve', '--offline', '--port', '0', '--json'], { folder });
  url = (await server.waitFor(/^\{"url":"(.*)"\}$/))[1] ?? '';
});
afterAll(async () => {
  server.kill();
  expect((await server.ended).code).toBe(0);
  rmSync(folder, { recursive: true });
});

const hub = (...words: string[]) => runHub(words, { folder });
const withToken = (token: string, ...words: string[]) =>
  runHub([...words, '--server', url], { folder, environment: { API_TOKEN: token } });

const shown = z.object({ databaseId: z.int(), token: z.string().regex(/^thub_\d+_[\da-f]{64}$/) });

it('the start of a server without a token says so, with the command that closes it', async () => {
  await server.waitFor(/There is no token: .*hub token create <name> --role admin/);
});

it(
  'tokens are made, listed, rotated and revoked on the store, and hold at a running server',
  { timeout: 90_000 },
  async () => {
    expect((await hub('token', 'list')).stdout).toMatch(/^There are no tokens. Make one: hub token create/);
    expect((await hub('stats', '--server', url)).code).toBe(0);
    const made = await hub('token', 'create', 'me', '--role', 'admin', '--expires', '30d', '--json');
    const { token } = shown.parse(JSON.parse(made.stdout));
    const closed = await hub('stats', '--server', url, '--json');
    expect(JSON.parse(closed.stderr)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(closed.stderr).toContain('this server asks for a token');
    expect((await withToken(token, 'stats')).code).toBe(0);

    const viewer = await withToken(
      token,
      'token',
      'create',
      'a viewer of the lab',
      '--cluster',
      'lab',
      '--json',
    );
    const given = shown.parse(JSON.parse(viewer.stdout));
    const refused = await withToken(given.token, 'token', 'list', '--json');
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect((await withToken(given.token, 'stats')).code).toBe(0);

    const rotated = await hub('token', 'rotate', String(given.databaseId), '--json');
    expect((await withToken(given.token, 'stats')).code).toBe(1);
    const again = shown.parse(JSON.parse(rotated.stdout));
    expect((await withToken(again.token, 'stats')).code).toBe(0);
    const revoked = await hub('token', 'revoke', String(given.databaseId));
    expect(revoked.stdout).toBe(
      `Token ${given.databaseId} is revoked; what is watched with it ends within 5 s.\n`,
    );
    expect((await withToken(again.token, 'stats')).code).toBe(1);

    const list = (await hub('token', 'list')).stdout;
    expect(list).toMatch(/1 +me +admin +all +active/);
    expect(list).toMatch(/2 +a viewer of the lab +viewer +lab +revoked/);
    for (const line of list.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(list).not.toContain(token.slice(-64));
  },
);

it('hub audit tells who did what, by a command on the store and over HTTP', async () => {
  const audit = (await hub('audit', '--what', 'createToken')).stdout;
  expect(audit).toMatch(/me +127\.0\.0\.1 +createToken +done/);
  expect(audit).toMatch(/command line +– +createToken +done/);
  for (const line of audit.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect((await hub('audit', '--outcome', 'refused')).stdout).toMatch(/unknown .*POST \/graphql/);
});

it('a new token fits a terminal of 80 columns', async () => {
  const { stdout } = await hub('token', 'create', 'grafana');
  expect(stdout).toMatch(/grafana +viewer +all +active/);
  expect(stdout).toMatch(/^Its text, shown this once:\nthub_\d+_[\da-f]{64}\n/m);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it.each([
  [['token', 'create', 'x', '--role', 'king'], 2, /must be viewer, operator or admin/],
  [['token', 'create', 'x', '--cluster', 'lba'], 1, /There is no cluster lba/],
  [['token', 'revoke', '4711'], 1, /There is no token 4711/],
])('hub %j says what is wrong', async (words, code, message) => {
  const outcome = await hub(...words);
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toMatch(message);
});
