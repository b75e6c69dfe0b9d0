/** What a real pveproxy does with a connection, seen byte by byte. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServedLab } from './https-client.ts';
import { makeCluster } from './support.ts';

const token = 'Authorization: PVEAPIToken=root@pam!full=full-secret';

describe.each(['8.4.21', '9.2.11'])('a connection to %s', (version) => {
  let lab: ServedLab;

  beforeEach(async () => {
    lab = await ServedLab.start(makeCluster({ version }));
  });

  afterEach(() => lab.simulator.close());

  /** Sends texts one after another, each when the answer to the one before has come; what came back until the end. */
  async function exchange(...texts: string[]): Promise<string[]> {
    const { host, port, ca } = lab.address;
    const socket = connect({ host, port, ca, servername: 'localhost' });
    const answers: string[] = [];
    for (const text of texts) answers.push(await answerTo(socket, text));
    socket.destroy();
    return answers;
  }

  test('the hundredth answer says close, and ends it', async () => {
    const { host, port, ca } = lab.address;
    const socket = connect({ host, port, ca, servername: 'localhost' });
    const request = `GET /api2/json/version HTTP/1.1\r\n${token}\r\n\r\n`;
    for (let count = 1; count < 100; count += 1) {
      expect(await answerTo(socket, request)).toContain('\r\nConnection: Keep-Alive\r\n');
    }
    expect(await answerTo(socket, request)).toContain('\r\nConnection: close\r\n');
    expect(await isEnded(socket)).toBe(true);
  });

  test('HTTP/1.0 is answered as such, and ended unless it wants to go on', async () => {
    const [plain = ''] = await exchange(`GET /api2/json/version HTTP/1.0\r\n${token}\r\n\r\n`);
    expect(plain).toMatch(/^HTTP\/1\.0 200 OK\r\nCache-Control: max-age=0\r\nConnection: close\r\nDate: /);
    const [kept = ''] = await exchange(
      `GET /api2/json/version HTTP/1.0\r\n${token}\r\nConnection: keep-alive\r\n\r\n`,
    );
    expect(kept).toMatch(/^HTTP\/1\.0 200 OK\r\nCache-Control: max-age=0\r\nConnection: Keep-Alive\r\n/);
  });

  test.each([
    ['what is no request', 'HELLO\r\n', 'HTTP/1.0 400 bad request', 'bad request'],
    [
      'HTTP/2',
      'GET / HTTP/2.0\r\n',
      'HTTP/1.0 506 http protocol version 2.0 not supported',
      'http protocol version 2.0 not supported',
    ],
    ['a host in the address', 'GET x@pve/ HTTP/1.1\r\n', 'HTTP/1.0 400 invalid url', 'invalid url'],
    [
      'a header that is none',
      'GET / HTTP/1.1\r\nno header\r\n',
      'HTTP/1.1 506 unable to parse request header',
      'unable to parse request header',
    ],
  ])('%s is refused', async (_what, text, status, body) => {
    const [answer = ''] = await exchange(text);
    expect(answer.split('\r\n')[0]).toBe(status);
    expect(answer).toContain('\r\nConnection: close\r\n');
    expect(answer).toContain(`\r\nContent-Length: ${body.length}\r\n`);
    expect(answer).not.toContain('Content-Type');
    expect(answer.endsWith(`\r\n\r\n${body}`)).toBe(true);
  });

  test('empty lines before a request are passed over', async () => {
    const [answer = ''] = await exchange(`\r\n\r\nGET /api2/json/version HTTP/1.1\r\n${token}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('a body that is announced too large is refused before it comes', async () => {
    const [answer = ''] = await exchange(
      `POST /api2/json/pools HTTP/1.1\r\n${token}\r\nContent-Length: 600000\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 501 for data too large\r\n/);
    expect(answer.endsWith('\r\n\r\nfor data too large')).toBe(true);
  });

  test('who may not come in is told so before the body comes', async () => {
    const socket = connect({ ...lab.address, servername: 'localhost' });
    const answering = answerTo(socket, 'POST /api2/json/pools HTTP/1.1\r\nContent-Length: 20\r\n\r\n');
    await lab.control({ do: 'pause', ms: 0 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await lab.control({ do: 'pause', ms: 3000 });
    const answer = await answering;
    expect(answer).toMatch(/^HTTP\/1\.1 401 No ticket\r\n/);
    expect(answer).not.toContain('Content-Length');
    socket.destroy();
  });

  test.each(['HEAD', 'OPTIONS', 'PATCH'])(
    '%s: not available, without a word about a length',
    async (method) => {
      const [answer = ''] = await exchange(`${method} /api2/json/version HTTP/1.1\r\n${token}\r\n\r\n`);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 501 method '${method}' not available\r\n`));
      expect(answer).not.toMatch(/Content-Length|Content-Type/);
      expect(answer.endsWith('\r\n\r\n')).toBe(true);
    },
  );

  test('bodies come in whole, in pieces and one after another', async () => {
    const body = 'poolid=one';
    const head = (length: number) =>
      `POST /api2/json/pools HTTP/1.1\r\n${token}\r\nContent-Length: ${length}\r\n\r\n`;
    const socket = connect({ ...lab.address, servername: 'localhost' });
    socket.write(`${head(body.length)}poo`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await answerTo(socket, 'lid=one')).toMatch(/^HTTP\/1\.1 200 OK/);
    const both = `${head(10)}poolid=two${head(12)}poolid=three`;
    expect((await answerTo(socket, both, 2)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    socket.destroy();
    expect((await lab.call('GET', '/pools')).data).toMatchObject([
      { poolid: 'one' },
      { poolid: 'two' },
      { poolid: 'three' },
    ]);
  });

  test.each([
    ['GET', 301, 'Moved Permanently'],
    ['POST', 308, 'Permanent Redirect'],
  ])('plain HTTP: %s is sent to https', async (method, status, text) => {
    const { host, port } = lab.address;
    const socket = connectPlain({ host, port });
    const answer = await answerTo(
      socket,
      `${method} /api2/json/version?a=1 HTTP/1.1\r\nHost: pve1:${port}\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} ${text}\r\n`));
    expect(answer).toContain(`\r\nLocation: https://pve1:${port}/api2/json/version?a=1\r\n`);
    expect(answer.endsWith(text)).toBe(true);
    expect(await isEnded(socket)).toBe(true);
  });

  test('a head that is too large gets no answer', async () => {
    const socket = connect({ ...lab.address, servername: 'localhost' });
    const lines = Array.from({ length: 70 }, (_, index) => `X-${index}: 1\r\n`).join('');
    socket.write(`GET /api2/json/version HTTP/1.1\r\n${token}\r\n${lines}\r\n`);
    const begun = performance.now();
    const seen: Buffer[] = [];
    socket.on('data', (part) => seen.push(Buffer.from(part)));
    expect(await isEnded(socket)).toBe(true);
    expect(Buffer.concat(seen).toString()).toBe('');
    expect(performance.now() - begun).toBeGreaterThan(4900);
  }, 10_000);

  test('an idle connection closes after 5.0 s', async () => {
    const socket = connect({ ...lab.address, servername: 'localhost' });
    await answerTo(socket, `GET /api2/json/version HTTP/1.1\r\n${token}\r\n\r\n`);
    const begun = performance.now();
    expect(await isEnded(socket)).toBe(true);
    const passed = performance.now() - begun;
    expect(passed).toBeGreaterThan(4900);
    expect(passed).toBeLessThan(5900);
  }, 10_000);
});

/** Writes a text and gives what comes back: so many whole answers, or all until the end. */
function answerTo(socket: Socket, text: string, wanted = 1): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const finish = (): void => {
      socket.off('data', take).off('end', finish).off('error', reject);
      resolve(seen);
    };
    const take = (part: Buffer): void => {
      seen += part.toString('latin1');
      if (countAnswers(seen) >= wanted) finish();
    };
    socket.on('data', take).on('end', finish).on('error', reject);
    socket.write(text);
  });
}

function countAnswers(text: string): number {
  let count = 0;
  for (let rest = text; rest !== '';) {
    const head = rest.indexOf('\r\n\r\n');
    if (head < 0) break;
    const length = Number(/\r\nContent-Length: (\d+)/.exec(rest.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (rest.length < end) break;
    count += 1;
    rest = rest.slice(end);
  }
  return count;
}

function isEnded(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.readableEnded) resolve(true);
    socket.resume();
    socket.on('end', () => resolve(true)).on('error', () => resolve(false));
  });
}
