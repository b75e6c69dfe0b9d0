import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { cloneGuest } from '../../src/proxmox/endpoints/guest-tasks.ts';
import { listClusterResources } from '../../src/proxmox/endpoints/cluster-resources.ts';
import { getVersion } from '../../src/proxmox/endpoints/version.ts';
import { ProxmoxError } from '../../src/proxmox/failures/proxmox-error.ts';
import { watchMemory } from '../support/watch-memory.ts';
import type { Answerer } from './raw-server.ts';
import { connectTo, sendData, sendRefusal, startRawServer } from './raw-server.ts';

const mebibyte = 1024 ** 2;
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const bomb = gzipSync(Buffer.alloc(500 * mebibyte, 32), { level: 9 });

/** Sends for as long as somebody reads. */
function sendForEver(response: ServerResponse): void {
  const piece = Buffer.alloc(mebibyte, 32);
  const more = () => {
    while (!response.destroyed && response.write(piece));
    response.once('drain', more);
  };
  more();
}

const floods: readonly (readonly [string, Answerer])[] = [
  [
    'a gzip bomb of 0.5 MB',
    (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  ],
  ['an endless body', (_request, response) => sendForEver(response)],
  [
    'an endless body of a failure',
    (_request, response) => {
      response.writeHead(500, 'nonsense');
      sendForEver(response);
    },
  ],
];

describe('a hostile Proxmox', () => {
  test.each(floods)('%s ends with a clear error and little memory', async (_name, answer) => {
    const { server, client } = await open(answer);
    const memory = watchMemory();
    const error = await failure(getVersion(client));
    expect(error).toMatchObject({ code: 'ANSWER_TOO_LARGE', retryable: 'never' });
    expect(error.message).toMatch(/^Cluster lab, GET \/version: .*the answer is larger than 48 MiB/);
    expect(memory.stop()).toBeLessThan(400 * mebibyte);
    expect(server.seen).toHaveLength(1);
  });

  test('of a flood after a write nobody knows whether it was done', async () => {
    const { client } = await open((_request, response) => sendForEver(response));
    const guest = { kind: 'qemu', node: 'pve1', vmid: 9000 } as const;
    expect(await failure(cloneGuest(client, guest, { newid: 101, name: 'copy', full: true }))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      retryable: 'unknown-outcome',
    });
  });

  test('a list of 100,001 rows is refused with words, one of 100,000 is read', async () => {
    let rows = 100_001;
    const { client } = await open((_request, response) =>
      sendData(
        response,
        Array.from({ length: rows }, (_one, index) => ({
          type: 'node',
          node: `n${index}`,
          id: `node/n${index}`,
        })),
      ),
    );
    const error = await failure(listClusterResources(client));
    expect(error).toMatchObject({ code: 'ANSWER_TOO_LARGE', retryable: 'never' });
    expect(error.message).toContain('100,001 rows; Template Hub reads at most 100,000');
    rows = 100_000;
    await expect(listClusterResources(client)).resolves.toBeDefined();
  });

  test('JSON of few bytes and very many values is not read', async () => {
    const { client } = await open((_request, response) =>
      response.end(`{"data":[${'{},'.repeat(5_000_000)}{}]}`),
    );
    const memory = watchMemory();
    expect((await failure(getVersion(client))).message).toContain('more than 4,000,000 values');
    expect(memory.stop()).toBeLessThan(400 * mebibyte);
  });

  test('JSON that is nested a million times is one odd answer', async () => {
    const { client } = await open((_request, response) =>
      response.end(`{"data":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`),
    );
    expect(await failure(getVersion(client))).toMatchObject({ code: 'MALFORMED_ANSWER' });
  });

  test.each<[string, (text: string) => Answerer]>([
    [
      'message',
      (message) => (_request, response) => void response.writeHead(400).end(JSON.stringify({ message })),
    ],
    [
      'errors',
      (vmid) => (_request, response) =>
        void response.writeHead(400).end(JSON.stringify({ errors: { vmid } })),
    ],
    ['plain text', (text) => (_request, response) => void response.writeHead(500).end(text)],
    ['reason phrase', (text) => (_request, response) => sendRefusal(response, 500, text.slice(0, 12_000))],
  ])('the text of an error is cut: %s', async (_where, answer) => {
    const { client } = await open(answer('word '.repeat(10_000)));
    const error = await failure(getVersion(client));
    expect(error.message).toContain('word word');
    expect(error.message.length).toBeLessThan(2200);
    for (const why of Object.values(error.parameterErrors)) expect(why.length).toBeLessThan(2100);
  });

  test.each([
    ['br', 'the answer is compressed by "br"'],
    ['gzip', 'the answer cannot be decompressed'],
  ])('what is not compressed as it says is no answer (%s)', async (encoding, words) => {
    const { client } = await open((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end('{"data":{}}'),
    );
    expect((await failure(getVersion(client))).message).toContain(words);
  });

  test('a compressed answer is read', async () => {
    const version = { version: '9.2.11', release: '9.2', repoid: 'ab12' };
    const { client } = await open((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(JSON.stringify({ data: version })));
    });
    expect(await getVersion(client)).toEqual(version);
  });

  test('headers without end are no answer', async () => {
    const { client } = await open((_request, response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\n${`x-more: ${'y'.repeat(1000)}\r\n`.repeat(100)}`);
    });
    expect(await failure(getVersion(client))).toMatchObject({ code: 'UNREACHABLE' });
  });
});

async function open(answer: Answerer) {
  const server = await startRawServer(answer);
  const client = connectTo(server);
  closers.push(server.close, () => client.close());
  return { server, client };
}

async function failure(task: Promise<unknown>): Promise<ProxmoxError> {
  const error = await task.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProxmoxError)) throw new TypeError(`no ProxmoxError: ${String(error)}`);
  return error;
}
