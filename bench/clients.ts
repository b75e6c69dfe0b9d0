/**
 * How fast the screens of real clients are: `npm run -s bench:clients -- [documents.json]`. Each document is sent as its
 * client sent it, over 50,000 templates in a database as the product leaves it, with other variables each time (cold:
 * no answer is known) and again and again with the same (hot). Figures are the server's processor time a request, in
 * units of a bare node:http + better-sqlite3 server's cold list of 50 rows in the same run: of each screen the median
 * document's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { collectCursors } from './clients/collect-cursors.ts';
import { addNodesAndRuns } from './clients/fill-store.ts';
import { writeBody } from './clients/fill-variables.ts';
import { importRows, restRequests } from './clients/imported-rows.ts';
import { listLeftAlone, type FilledDocument } from './clients/planned-share.ts';
import { readDocuments, screens } from './clients/read-documents.ts';
import { benchCases } from './read/cases.ts';
import { writeDataset } from './read/dataset.ts';
import { measure, type BenchRequest } from './read/measure.ts';
import { pin, startPinned, type PinnedServer } from './read/pinned-server.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 2);
const warmUp = 1.5;
const rounds = 3;
const [file = join(import.meta.dirname, 'clients', 'documents.json')] = process.argv.slice(2);
const documents = readDocuments(file);
const scripts = {
  bare: join(import.meta.dirname, 'read', 'bare-server.ts'),
  hub: join(import.meta.dirname, 'read', 'hub-server.ts'),
};
/** Template Hub is started as its command line starts it. */
const flags = manifest.config['node-flags'].split(' ');
const unitRequest = benchCases.find(({ name }) => name === 'cold_list')?.bare;

const folder = mkdtempSync(join(tmpdir(), 'template-hub-clients-'));
const servers: PinnedServer[] = [];
try {
  pin(process.pid, 1);
  const database = join(folder, 'hub.db');
  await writeDataset(database);
  await addNodesAndRuns(database);
  const bare = await start(scripts.bare, database, []);
  if (unitRequest) await measure(bare, unitRequest, { seconds: 1 });
  const hub = await start(scripts.hub, database, flags);
  const figures: string[] = [];
  const hot: number[] = [];
  const filled: FilledDocument[] = [];
  for (const [screen, name] of Object.entries(screens)) {
    const ofScreen = documents.filter((one) => one.screen === screen);
    const cold: number[] = [];
    for (const document of ofScreen) {
      const known = await collectCursors(document, hub.url);
      filled.push({ document, known });
      const [first, again] = await measureDocument({ document, known }, { hub, bare });
      cold.push(first);
      hot.push(again);
      say(`${document.name.padEnd(34)} cold ${first.toFixed(2).padStart(6)}  hot ${again.toFixed(2)}`);
    }
    figures.push(`${name}=${median(cold).toFixed(2)}`);
  }
  const left = await listLeftAlone(database, filled);
  for (const name of left) say(`left alone: ${name}`);
  figures.push(`rest=${(await measureRest(bare)).toFixed(2)}`);
  figures.push(`planned=${(1 - left.length / documents.length).toFixed(2)}`);
  figures.push(`hot=${median(hot).toFixed(2)}`);
  say(`CLIENTS ${figures.join(' ')}`);
} finally {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true });
}

async function start(script: string, database: string, options: readonly string[]): Promise<PinnedServer> {
  const server = await startPinned(script, database, options);
  servers.push(server);
  return server;
}

/** The cost of a document in units, cold and hot. */
async function measureDocument(
  { document, known }: FilledDocument,
  { hub, bare }: { hub: PinnedServer; bare: PinnedServer },
): Promise<[number, number]> {
  const request = (turnOf: (turn: number) => number): BenchRequest => ({
    method: 'POST',
    path: () => '/graphql',
    headers: document.headers,
    body: (turn) => writeBody(document, known, turnOf(turn)),
  });
  const cold = await compare(
    hub,
    request((turn) => turn),
    bare,
  );
  const hot = await compare(
    hub,
    request(() => 0),
    bare,
  );
  return [cold, hot];
}

/**
 * The cost of requests in units. Both servers are measured in turns, for the machine does other things, too: the median
 * of the turns counts.
 */
async function compare(hub: PinnedServer, request: BenchRequest, bare: PinnedServer): Promise<number> {
  if (!unitRequest) throw new TypeError('there is no cold list');
  await measure(hub, request, { seconds: warmUp, warmUp: 0, firstTurn: 0 });
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const options = { seconds: seconds / rounds, warmUp: 0, firstTurn: round * 1_000_000 };
    const unit = await measure(bare, unitRequest, options);
    const { cpuMicroseconds } = await measure(hub, request, options);
    ratios.push(cpuMicroseconds / unit.cpuMicroseconds);
  }
  return median(ratios);
}

/** The worst of the REST routes, over rows that were imported. */
async function measureRest(bare: PinnedServer): Promise<number> {
  const database = join(folder, 'imported.db');
  await importRows(folder, database);
  const hub = await start(scripts.hub, database, flags);
  let worst = 0;
  for (const [name, path] of Object.entries(restRequests)) {
    const cost = await compare(hub, { method: 'GET', path }, bare);
    say(`${`rest/${name}`.padEnd(34)} cold ${cost.toFixed(2).padStart(6)}`);
    worst = Math.max(worst, cost);
  }
  return worst;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
