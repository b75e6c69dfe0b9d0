/**
 * How fast reads are: Template Hub against a bare node:http + better-sqlite3 server, and against mercurius with
 * graphql-jit for nested queries. One run, the same 50,000 rows, each server alone on processor 0 and the clients on
 * processor 1. Figures are requests a second of the server's processor time, as ratios.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { benchCases, type BenchCase } from './read/cases.ts';
import { writeDataset } from './read/dataset.ts';
import { measure, type Measured } from './read/measure.ts';
import { pin, startPinned, type PinnedServer } from './read/pinned-server.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 4);
/** Before the first case, for the compiler to know the server. */
const warmUpSeconds = 3;
const only = process.env['BENCH_ONLY'];
const scripts = {
  bare: join(import.meta.dirname, 'read', 'bare-server.ts'),
  hub: join(import.meta.dirname, 'read', 'hub-server.ts'),
  mercurius: join(import.meta.dirname, 'mercurius', 'server.mjs'),
};
type ServerName = keyof typeof scripts;
const serverNames = ['hub', 'bare', 'mercurius'] as const satisfies readonly ServerName[];
/** Node's flags for each server: Template Hub is started as its command line starts it. */
const flags: Partial<Record<ServerName, string[]>> = { hub: manifest.config['node-flags'].split(' ') };

const folder = mkdtempSync(join(tmpdir(), 'template-hub-bench-'));
try {
  installMercurius();
  pin(process.pid, 1);
  const database = join(folder, 'hub.db');
  await writeDataset(database);
  const cases = benchCases.filter(({ name }) => only === undefined || name.includes(only));
  report(await measureAll(database, cases));
} finally {
  rmSync(folder, { recursive: true });
}

type Results = ReadonlyMap<string, Measured>;

/** Case by case, one server after the other: what else the machine does meanwhile falls on all of them alike. */
async function measureAll(
  database: string,
  cases: readonly BenchCase[],
): Promise<Record<ServerName, Results>> {
  const results = { hub: new Map<string, Measured>(), bare: new Map(), mercurius: new Map() };
  const servers = await startServers(database);
  for (const one of cases) {
    for (const [place, name] of serverNames.entries()) {
      const [request, server] = [one[name], servers[place]];
      if (!request || !server) continue;
      const measured = await measure(server, request, { seconds });
      results[name].set(one.name, measured);
      print(name, one.name, measured);
    }
  }
  await Promise.all(servers.map((server) => server.stop()));
  return results;
}

async function startServers(database: string): Promise<PinnedServer[]> {
  const servers: PinnedServer[] = [];
  for (const name of serverNames) servers.push(await startServer(name, database));
  return servers;
}

/** Its first questions are not measured: the compiler gets to know the server. */
async function startServer(name: ServerName, database: string): Promise<PinnedServer> {
  const server = await startPinned(scripts[name], database, flags[name] ?? []);
  const [first] = benchCases.flatMap((one) => one[name] ?? []);
  if (first) await measure(server, first, { seconds: warmUpSeconds });
  return server;
}

function print(server: ServerName, name: string, { cpuMicroseconds, p99, rss }: Measured): void {
  const cpu = cpuMicroseconds.toFixed(0).padStart(6);
  const memory = (rss / 1e6).toFixed(0);
  process.stdout.write(
    `${server.padEnd(10)} ${name.padEnd(18)} ${cpu} µs CPU  p99 ${p99} ms  ${memory} MB\n`,
  );
}

function report(results: Record<ServerName, Results>): void {
  const ratio = (name: string, yardstick: ServerName = 'bare'): string => {
    const ours = results.hub.get(name)?.perCpuSecond ?? Number.NaN;
    return (ours / (results[yardstick].get(name)?.perCpuSecond ?? Number.NaN)).toFixed(2);
  };
  for (const { name, mercurius } of benchCases) {
    if (results.hub.has(name))
      process.stdout.write(`${name.padEnd(18)} ${ratio(name, mercurius ? 'mercurius' : 'bare')}\n`);
  }
  const rss = Math.max(...[...results.hub.values()].map((measured) => measured.rss));
  const figures = [
    `hot_list=${ratio('hot_list')}`,
    `cold_list=${ratio('cold_list')}`,
    `hot_one=${ratio('hot_one')}`,
    `cold_one=${ratio('cold_one')}`,
    `cold_nested_vs_mercurius=${ratio('cold_nested', 'mercurius')}`,
    `rest_list=${ratio('rest_list')}`,
    `p99_ms=${results.hub.get('hot_list')?.p99 ?? Number.NaN}`,
    `rss_mb=${(rss / 1e6).toFixed(0)}`,
  ];
  process.stdout.write(`READ ${figures.join(' ')}\n`);
}

/** mercurius wants graphql 16, so it lies in a folder of its own with a lock of its own. */
function installMercurius(): void {
  const cwd = join(import.meta.dirname, 'mercurius');
  if (existsSync(join(cwd, 'node_modules', 'mercurius'))) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('npm ci in bench/mercurius failed');
}
