import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProxmoxClient } from '../../src/proxmox/client.ts';
import { cloneGuest, deleteGuest } from '../../src/proxmox/endpoints/guest-tasks.ts';
import { updateGuestConfig } from '../../src/proxmox/endpoints/guest-config.ts';
import { getVersion } from '../../src/proxmox/endpoints/version.ts';
import type { GuestAddress } from '../../src/proxmox/guests/guest.ts';
import { ProxmoxError } from '../../src/proxmox/failures/proxmox-error.ts';
import { systemClock } from '../../src/time/clock.ts';
import type { Answerer, RawServer } from './raw-server.ts';
import { connectTo, secrets, sendData, sendRefusal, startRawServer } from './raw-server.ts';

const version = { version: '9.2.11', release: '9.2', repoid: 'ab12' };
const upid = 'UPID:pve1:0035D677:03AB00C3:66DC5987:qmclone:9000:hub@pve!t:';
const guest: GuestAddress = { kind: 'qemu', node: 'pve1', vmid: 9000 };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('a connection that breaks', () => {
  const cut: Answerer = (_request, response) => response.socket?.destroy();
  const cutInside: Answerer = (_request, response) => {
    response.setHeader('content-length', '1000');
    response.write('{"data":');
    setTimeout(() => response.socket?.destroy(), 20);
  };

  test('refuses: nothing was done, so even a write may be repeated', async () => {
    const { server, client } = await open((_request, response) => sendData(response, version));
    await server.close();
    expect(await failure(clone(client))).toMatchObject({
      code: 'UNREACHABLE',
      retryable: 'safe',
      status: undefined,
    });
  });

  test.each([
    ['before the answer', cut],
    ['within the answer', cutInside],
  ])('%s: a read is repeated', async (_when, fault) => {
    const { server, client } = await open(first(fault, (_request, response) => sendData(response, version)));
    expect(await getVersion(client)).toEqual(version);
    expect(server.seen).toHaveLength(2);
  });

  test.each([
    ['before the answer', cut],
    ['within the answer', cutInside],
  ])('%s: a write is sent once and its outcome is unknown', async (_when, fault) => {
    const { server, client } = await open(fault);
    expect(await failure(clone(client))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      retryable: 'unknown-outcome',
    });
    expect(server.seen).toHaveLength(1);
  });

  test('for good: a read gives up after its attempts', async () => {
    const { server, client } = await open(cut);
    expect(await failure(getVersion(client))).toMatchObject({ code: 'UNREACHABLE', retryable: 'safe' });
    expect(server.seen).toHaveLength(3);
  });

  test('never answers: the time limit ends it', async () => {
    const { server } = await open(() => {});
    const timeouts = { responseMs: 100 };
    const client = keep(connectTo(server, undefined, { clock: systemClock, timeouts }));
    expect(await failure(getVersion(client))).toMatchObject({ code: 'TIMEOUT', retryable: 'safe' });
    expect(await failure(clone(client))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      retryable: 'unknown-outcome',
    });
    expect(server.seen).toHaveLength(2);
  });

  test('is accepted and then silent: the connect limit ends it, and nothing was done', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    closers.push(() => silent.close());
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const client = keep(
      connectTo({ port, sha256: '' }, undefined, { attempts: 1, timeouts: { connectMs: 50 } }),
    );
    expect(await failure(clone(client))).toMatchObject({ code: 'UNREACHABLE', retryable: 'safe' });
  });

  test('is given up by its caller', async () => {
    const controller = new AbortController();
    const { client } = await open(() => controller.abort(new Error('enough')));
    await expect(getVersion(client, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('an answer that is none', () => {
  const nonsense: readonly (readonly [string, Answerer])[] = [
    ['broken JSON', (_request, response) => response.end('{"data":')],
    ['a page', (_request, response) => response.end('<html>Welcome</html>')],
    ['another shape', (_request, response) => sendData(response, { release: 9 })],
    [
      'a redirect',
      (_request, response) => response.writeHead(301, { location: 'https://127.0.0.1:1/' }).end(),
    ],
  ];

  test.each(nonsense)('%s', async (_name, answer) => {
    const { client } = await open(answer);
    expect(await failure(getVersion(client))).toMatchObject({ code: 'MALFORMED_ANSWER', retryable: 'safe' });
    expect(await failure(clone(client))).toMatchObject({
      code: 'MALFORMED_ANSWER',
      retryable: 'unknown-outcome',
    });
  });

  test.each([595, 596, 597, 599, 502, 504])('status %i is repeated for a read', async (status) => {
    const fault: Answerer = (_request, response) => sendRefusal(response, status, 'Connection timed out');
    const { server, client } = await open(first(fault, (_request, response) => sendData(response, version)));
    expect(await getVersion(client)).toEqual(version);
    expect(server.seen).toHaveLength(2);
  });

  test.each([596, 597, 599, 504])('status %i leaves the outcome of a write unknown', async (status) => {
    const { server, client } = await open((_request, response) =>
      sendRefusal(response, status, 'Connection timed out'),
    );
    expect(await failure(clone(client))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      status,
      serverMessage: 'Connection timed out',
      node: 'pve1',
    });
    expect(server.seen).toHaveLength(1);
  });

  test('status 595: the node was not reached, so the write is repeated', async () => {
    const fault: Answerer = (_request, response) => sendRefusal(response, 595, 'No route to host');
    const { server, client } = await open(first(fault, (_request, response) => sendData(response, upid)));
    expect(await clone(client)).toBe(upid);
    expect(server.seen).toHaveLength(2);
  });
});

describe('what is sent', () => {
  test('a form with its length, never in pieces; parameters of DELETE in the query', async () => {
    const { server, client } = await open((_request, response) => sendData(response, upid));
    await cloneGuest(client, guest, {
      newid: 101,
      name: 'a b',
      description: 'ü&=\n',
      full: true,
      target: 'pve2',
    });
    await deleteGuest(client, guest, { purge: true });
    const [posted, deleted] = server.seen;
    expect(posted).toMatchObject({
      method: 'POST',
      path: '/api2/json/nodes/pve1/qemu/9000/clone',
      body: 'newid=101&description=%C3%BC%26%3D%0A&full=1&target=pve2&name=a%20b',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `PVEAPIToken=${secrets.token}`,
      },
    });
    expect(posted?.headers['content-length']).toBe(String(Buffer.byteLength(posted?.body ?? '')));
    expect(deleted).toMatchObject({
      method: 'DELETE',
      path: '/api2/json/nodes/pve1/qemu/9000?purge=1',
      body: '',
    });
    for (const { headers } of server.seen) expect(headers).not.toHaveProperty('transfer-encoding');
    expect(deleted?.headers).not.toHaveProperty('content-length');
  });

  test('a change without a value to delete names none', async () => {
    const { server, client } = await open((_request, response) => sendData(response, null));
    await updateGuestConfig(client, guest, { set: { tags: 'a;b' }, remove: [], digest: 'ab' });
    await updateGuestConfig(client, guest, { remove: ['ide2', 'tags'] });
    expect(server.seen.map(({ body }) => body)).toEqual(['tags=a%3Bb&digest=ab', 'delete=ide2%2Ctags']);
  });

  test('one connection serves many requests', async () => {
    const { server, client } = await open((_request, response) => sendData(response, version));
    for (let count = 0; count < 5; count += 1) await getVersion(client);
    expect(server.connections()).toBe(1);
  });
});

describe('a server we do not trust', () => {
  test.each([
    ['another fingerprint', { mode: 'fingerprint', sha256: 'AB'.repeat(32) }],
    ['no fingerprint at all', { mode: 'fingerprint', sha256: '' }],
    ['an authority of nobody we know', { mode: 'system' }],
    ['a CA file that is not there', { mode: 'ca', caFile: '/nowhere/ca.pem' }],
  ] as const)('%s: it sees not one request', async (_name, tls) => {
    const { server } = await open((_request, response) => sendData(response, version));
    for (const who of [{ token: secrets.token }, { user: 'root@pam', password: secrets.password }]) {
      const client = keep(connectTo(server, { ...who, tls }));
      expect(await failure(getVersion(client))).toMatchObject({ code: 'TLS_UNTRUSTED', retryable: 'never' });
    }
    expect(server.seen).toEqual([]);
  });

  test("another server's authority", async () => {
    const { server } = await open((_request, response) => sendData(response, version));
    const { server: other } = await open((_request, response) => sendData(response, version));
    const client = keep(connectTo(server, { token: secrets.token, tls: { mode: 'ca', ca: other.pem } }));
    const error = await failure(getVersion(client));
    expect(error).toMatchObject({ code: 'TLS_UNTRUSTED', retryable: 'never' });
    expect(error.message).toContain('fingerprint');
    expect(server.seen).toEqual([]);
  });

  test('its own authority, its fingerprint in any spelling, or no check at all', async () => {
    const { server } = await open((_request, response) => sendData(response, version));
    const warnings: object[] = [];
    const logger = { debug: () => {}, warn: (fields: object) => warnings.push(fields) };
    for (const tls of [
      { mode: 'ca', ca: server.pem },
      { mode: 'fingerprint', sha256: server.sha256.replaceAll(':', '').toLowerCase() },
      { mode: 'insecure' },
    ] as const) {
      expect(await getVersion(keep(connectTo(server, { token: secrets.token, tls }, { logger })))).toEqual(
        version,
      );
    }
    expect(warnings).toEqual([{ clusterId: 'lab', host: '127.0.0.1' }]);
  });
});

describe('secrets', () => {
  /** A hostile or clumsy server: repeats everything it was sent. */
  const parrot: Answerer = ({ headers, body }, response) => {
    const words = decodeURIComponent(
      `${headers.authorization} ${headers.cookie} ${String(headers['csrfpreventiontoken'])} ${body}`,
    );
    const message = JSON.stringify({ data: null, message: words, errors: { password: words } });
    sendRefusal(response, 500, 'VM is locked (backup)', message);
  };
  const login: Answerer = (_request, response) =>
    sendData(response, { ticket: secrets.ticket, CSRFPreventionToken: secrets.csrf });
  const cut: Answerer = (_request, response) => response.socket?.destroy();
  const byPassword = { user: 'root@pam', password: secrets.password };

  test.each([
    ['a token, repeated by the server', parrot, { token: secrets.token }],
    ['a password, repeated by the server', parrot, byPassword],
    ['a ticket, repeated by the server', first(login, parrot), byPassword],
    ['a token, connection cut', cut, { token: secrets.token }],
    ['a password, connection cut', cut, byPassword],
    ['a ticket, connection cut', first(login, cut), byPassword],
    [
      'a password, broken answer',
      (_request, response) => response.end(`{"data": "${secrets.ticket}`),
      byPassword,
    ],
  ] as readonly (readonly [string, Answerer, object])[])(
    '%s: not in the error, not in the log',
    async (_name, answer, who) => {
      const { server } = await open(answer);
      const logged: unknown[] = [];
      const log = (...entry: unknown[]) => logged.push(entry);
      const client = keep(connectTo(server, who, { logger: { debug: log, warn: log }, attempts: 1 }));
      const error = await failure(clone(client));
      const told = inspect([error, error.cause, error.stack, logged, client], {
        depth: 20,
        showHidden: true,
      });
      for (const secret of [...Object.values(secrets), '70ken-5ecret']) {
        expect(told).not.toContain(secret);
        expect(told).not.toContain(encodeURIComponent(secret));
      }
      for (const { path } of server.seen) expect(path).not.toContain('word');
    },
  );
});

async function open(answer: Answerer): Promise<{ server: RawServer; client: ProxmoxClient }> {
  const server = await startRawServer(answer);
  closers.push(server.close);
  return { server, client: keep(connectTo(server)) };
}

function keep(client: ProxmoxClient): ProxmoxClient {
  closers.push(client.close);
  return client;
}

/** One answer for the first request, another for all that follow. */
function first(answer: Answerer, others: Answerer): Answerer {
  let count = 0;
  return (request, response) => {
    count += 1;
    return (count === 1 ? answer : others)(request, response);
  };
}

function clone(client: ProxmoxClient): Promise<string> {
  return cloneGuest(client, guest, { newid: 101 });
}

async function failure(promise: Promise<unknown>): Promise<ProxmoxError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProxmoxError) return error;
  throw error;
}
