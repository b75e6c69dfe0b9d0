/**
 * What a server does while a run of 248 steps goes on: `npm run -s bench:busy`. The server and the simulated cluster are
 * the product's own commands, each a process of its own. First nobody asks: the processor time of the server alone, as a
 * share of one processor. Then 50 lists are asked for, 100 requests a second: how many were answered from memory.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { lists } from './busy/lists.ts';
import { startProgram, waitFor, type Program } from './busy/programs.ts';
import { buildBusyWorld, stepsOfRun } from './busy/world.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 30);
const requestsPerSecond = 100;
const port = 18_123;
const url = `http://127.0.0.1:${port}`;

const folder = mkdtempSync(join(tmpdir(), 'template-hub-busy-'));
const programs: Program[] = [];
try {
  const hub = await startHub();
  await waitFor(runIsBusy);
  const own = await measureOwnCpu(hub);
  const hitRate = await measureHitRate();
  say(`a run of ${stepsOfRun} steps under the policy that the product has by itself, ${seconds} s each`);
  say(`BUSY hit_rate=${hitRate.toFixed(3)} own_cpu=${own.toFixed(3)}`);
} finally {
  for (const program of programs.toReversed()) await program.stop();
  rmSync(folder, { recursive: true });
}

async function startHub(): Promise<Program> {
  writeFileSync(join(folder, 'world.json'), JSON.stringify(buildBusyWorld()));
  const clusters = join(folder, 'clusters.json');
  programs.push(
    startProgram(folder, ['simulator', '--world', 'world.json', '--write-clusters', 'clusters.json']),
  );
  await waitFor(async () => existsSync(clusters) || undefined);
  const hub = startProgram(folder, ['serve'], {
    PORT: String(port),
    DATABASE_URL: `file:${join(folder, 'hub.db')}`,
    CLUSTERS_FILE: clusters,
    LOG_LEVEL: 'info',
  });
  programs.push(hub);
  return hub;
}

/** The run has all its steps, and the first copies are under way. */
async function runIsBusy(): Promise<true | undefined> {
  const query = '{ replicationRuns(first: 1) { nodes { status stepsTotal steps { phase } } } }';
  const run = z.object({
    status: z.string(),
    stepsTotal: z.int(),
    steps: z.array(z.object({ phase: z.string() })),
  });
  const shape = z.object({ data: z.object({ replicationRuns: z.object({ nodes: z.tuple([run]) }) }) });
  const [{ stepsTotal, steps }] = shape.parse(await ask(JSON.stringify({ query }))).data.replicationRuns
    .nodes;
  const copying = steps.filter(({ phase }) => phase === 'CLONING').length;
  return stepsTotal === stepsOfRun && copying >= 2 ? true : undefined;
}

async function measureOwnCpu(hub: Program): Promise<number> {
  const before = hub.readCpu();
  const started = performance.now();
  await setTimeout(seconds * 1000);
  return (hub.readCpu() - before) / ((performance.now() - started) / 1000);
}

async function measureHitRate(): Promise<number> {
  // Twice: an answer is kept when it is asked for again.
  for (const list of [...lists, ...lists]) await ask(list);
  const before = await readLookups();
  const asked: Promise<unknown>[] = [];
  for (let turn = 0; turn < seconds * requestsPerSecond; turn += 1) {
    asked.push(ask(lists[turn % lists.length] ?? ''));
    await setTimeout(1000 / requestsPerSecond);
  }
  await Promise.all(asked);
  const after = await readLookups();
  const hits = after.hit - before.hit;
  return hits / (hits + after.miss - before.miss);
}

async function ask(body: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
    },
    body,
  });
  const answer = z.looseObject({ errors: z.never().optional() }).parse(await response.json());
  return answer;
}

/** How often an answer was looked for in memory, and found. */
async function readLookups(): Promise<{ hit: number; miss: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (outcome: string) =>
    Number(
      new RegExp(`template_hub_answer_lookups_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0,
    );
  return { hit: read('hit'), miss: read('miss') };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
