/** How people and service managers start the server, and how they end it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { makePair, makePem } from '../support/make-pem.ts';
import { readShown } from '../support/read-shown.ts';
import { makeFolder } from './support.ts';

const root = join(import.meta.dirname, '..', '..');
const flags = manifest.config['node-flags'].split(' ');
const place = makeFolder();
const children: ChildProcess[] = [];

beforeEach(() => writeFileSync(join(place.folder, 'clusters.json'), '[]'));
afterAll(() => place.remove());
afterEach(() => {
  for (const child of children.splice(0)) {
    for (const pid of [...listChildren(child.pid ?? 0), child.pid ?? 0]) kill(pid, 'SIGKILL');
  }
});

/** A process with what it has written so far. */
interface Started {
  readonly child: ChildProcess;
  readonly written: () => string;
  waitFor(pattern: RegExp): Promise<string>;
  /** Resolves with exit code and signal. */
  readonly ended: Promise<unknown[]>;
}

function start(command: string, words: readonly string[], environment: Record<string, string> = {}): Started {
  const env = {
    ...process.env,
    DATABASE_URL: `file:${join(place.folder, 'hub.db')}`,
    CLUSTERS_FILE: join(place.folder, 'clusters.json'),
    PORT: '0',
    OFFLINE: 'true',
    LOG_FORMAT: 'json',
    ...environment,
  };
  const child = spawn(command, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  const take = (chunk: Buffer) => (text += String(chunk));
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return {
    child,
    written: () => text,
    ended: once(child, 'exit'),
    waitFor: async (pattern) => {
      for (let looks = 0; looks < 800; looks += 1) {
        const found = pattern.exec(text);
        if (found) return found[1] ?? found[0];
        if (child.exitCode !== null || child.signalCode !== null) break;
        await delay(50);
      }
      throw new Error(`never said ${pattern}: ${text}`);
    },
  };
}

const listening = /"url":"(https?:[^"]+)"/;

/** Processes below one, however deep. */
function listChildren(pid: number): number[] {
  const direct = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => readParent(name) === pid)
    .map(Number);
  return direct.flatMap((child) => [child, ...listChildren(child)]);
}

function readParent(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The process that serves, and the words it was started with. */
function findServer({ child }: Started): { pid: number; words: string[] } {
  const pids = [child.pid ?? 0, ...listChildren(child.pid ?? 0)];
  const found = pids
    .map((pid) => ({ pid, words: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') }))
    .find(({ words }) => words.some((word) => /\bmain\.(?:ts|js)$/.test(word)) && words[0] !== 'sh');
  if (!found) throw new Error(`no server below ${child.pid}`);
  return found;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  spawnSync('kill', [`-${signal.slice(3)}`, String(pid)]);
}

/** Everything a subscription is sent, to its end. */
async function subscribe(url: string): Promise<{ first: Promise<unknown>; whole: Promise<string> }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { templateChanged { databaseId } }' }),
  });
  expect(response.status).toBe(200);
  return { first: Promise.resolve(response), whole: response.text() };
}

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

const ways: readonly (readonly [string, string, readonly string[]])[] = [
  ['npm start', 'npm', ['start']],
  ['npm run -s hub -- serve', 'npm', ['run', '-s', 'hub', '--', 'serve']],
  ['the binary', process.execPath, [join(root, 'bin', 'template-hub.js'), 'serve']],
];

describe('SIGTERM', { timeout: 120_000 }, () => {
  it.each(ways)(
    'to %s ends the server: listening first, streams with complete',
    async (_name, command, words) => {
      const started = start(command, words);
      const url = await started.waitFor(listening);
      const server = findServer(started);
      expect(server.words).toEqual(expect.arrayContaining(flags));
      const { whole } = await subscribe(url);
      const asked = performance.now();
      started.child.kill('SIGTERM');
      while (await isListening(url)) await delay(5);
      expect(performance.now() - asked).toBeLessThan(1000);
      expect(await whole).toMatch(/event: complete\n(?:data:.*\n)?\n$/);
      await started.ended;
      await waitUntilGone(server.pid);
      expect(performance.now() - asked).toBeLessThan(10_000);
    },
  );

  it('to a demo in the middle of a copy ends it within 10 s, and the next one goes on from there', async () => {
    const words = ['demo', '--port', '0', '--folder', join(place.folder, 'demo')];
    const started = start(process.execPath, [join(root, 'bin', 'template-hub.js'), ...words]);
    await started.waitFor(/^(?:cloning|migrating) /m);
    const asked = performance.now();
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([0, null]);
    expect(performance.now() - asked).toBeLessThan(10_000);
  });
});

async function waitUntilGone(pid: number): Promise<void> {
  while (readParent(String(pid)) !== undefined) await delay(20);
}

describe('signals of a server', { timeout: 120_000 }, () => {
  it.each([
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGHUP', 129],
  ] as const)('after %s, %s ends it at once', async (first, second, code) => {
    const started = start(process.execPath, [...flags, join(root, 'src/cli/main.ts'), 'serve']);
    const url = await started.waitFor(listening);
    const hanging = connect(Number(new URL(url).port), '127.0.0.1');
    await once(hanging, 'connect');
    // A body that never comes keeps the server from ending for some seconds.
    hanging.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{');
    await delay(300);
    started.child.kill(first);
    await started.waitFor(/Template Hub ends/);
    const asked = performance.now();
    started.child.kill(second);
    expect(await started.ended).toEqual([code, null]);
    expect(performance.now() - asked).toBeLessThan(1000);
    hanging.destroy();
  });

  it('SIGUSR1 opens no inspector', async () => {
    const started = start(process.execPath, [join(root, 'bin', 'template-hub.js'), 'serve']);
    const url = await started.waitFor(listening);
    for (const pid of [started.child.pid ?? 0, findServer(started).pid]) kill(pid, 'SIGUSR1');
    await delay(500);
    expect(await isListening('http://127.0.0.1:9229')).toBe(false);
    expect(started.written()).not.toContain('Debugger');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('SIGHUP reads clusters and certificates again and says what changed; a faulty file changes nothing', async () => {
    const entry = { id: 'lab', name: 'Lab', host: '127.0.0.1:1', user: 'root@pam', password: 'first-5ecret' };
    const write = (content: unknown) =>
      writeFileSync(join(place.folder, 'clusters.json'), JSON.stringify(content));
    const renewAuthority = async () => writeFileSync(join(place.folder, 'ca.pem'), await makePem());
    await renewAuthority();
    write([{ ...entry, ca_file: 'ca.pem' }]);
    const program = join(root, 'src/cli/main.ts');
    const started = start(process.execPath, [program, 'serve'], { OFFLINE: 'false', SCAN_INTERVAL: '0' });
    const url = await started.waitFor(listening);
    const hangUp = async (pattern: RegExp) => {
      started.child.kill('SIGHUP');
      return started.waitFor(pattern);
    };
    await renewAuthority();
    const second = { ...entry, id: 'second', host: '127.0.0.1:2', ca_file: 'ca.pem' };
    write([{ ...entry, password: 'second-5ecret', ca_file: 'ca.pem' }, second]);
    await hangUp(/"changes":2/);
    expect(started.written()).toContain('"change":"cluster lab: another credential, certificate"');
    expect(started.written()).toContain('"change":"cluster second is new"');
    expect(await askClusters(url)).toEqual(['lab', 'second']);
    write([{ ...entry, ca_file: 'missing.pem' }]);
    await hangUp(/Configuration cannot be read again; the former one stays/);
    write([{ ...entry, password: 'second-5ecret', ca_file: 'ca.pem' }]);
    await hangUp(/"changes":1/);
    expect(started.written()).toContain('cluster second is no longer named');
    expect(started.written()).not.toContain('5ecret');
    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual([0, null]);
  });
});

it('a renewed certificate of the server is shown without anybody asking for it', async () => {
  const files = {
    TLS_CERT_FILE: join(place.folder, 'cert.pem'),
    TLS_KEY_FILE: join(place.folder, 'key.pem'),
  };
  const renew = async () => {
    const { cert, key } = await makePair();
    writeFileSync(files.TLS_CERT_FILE, cert);
    writeFileSync(files.TLS_KEY_FILE, key);
    return new X509Certificate(cert).fingerprint256;
  };
  const first = await renew();
  const started = start(process.execPath, [join(root, 'src/cli/main.ts'), 'serve'], files);
  const url = await started.waitFor(listening);
  expect(await readShown(url)).toBe(first);
  const second = await renew();
  await started.waitFor(/"change":"certificate of this server"/);
  expect(await readShown(url)).toBe(second);
  started.child.kill('SIGTERM');
  expect(await started.ended).toEqual([0, null]);
});

async function askClusters(url: string): Promise<unknown> {
  const query = '{ clusters { clusterId } }';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return [...text.matchAll(/"clusterId":"(\w+)"/g)].map(([, id]) => id);
}
