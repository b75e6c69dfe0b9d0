import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '../../../src/simulator/start.ts';
import { openStore } from '../../../src/store/store.ts';
import { createRandom } from '../../replication/support/random.ts';
import { clusterId } from '../../replication/support/small-world.ts';
import { findScenario } from '../scenarios.ts';
import type { ServerMessage, ServerProcessOptions } from '../server-process.ts';
import { followAdvice } from './administrator.ts';
import { isClean } from './books.ts';
import { CopyBook } from './copy-book.ts';
import { createScaledClock } from './scaled-clock.ts';
import { noticeMs, troubleSeed, troubleShare, type Verdict } from './run-in-process.ts';
import { TroubleMaker } from './trouble-maker.ts';

export interface ProcessRun {
  scenario: string;
  seed: number;
  share: number;
  /** Milliseconds of real time after its start at which the first server is killed; undefined = not at all. */
  killAfterMs?: number;
}

/** How much faster than real time the clocks of such a run go. */
const speed = 30;
const mostPasses = 25;
const longestPassMs = 120_000;
const program = join(import.meta.dirname, '..', 'server-process.ts');

/** One run over HTTPS: a server in a process of its own gets SIGKILL, another one is started and left alone. */
export async function runProcess({ scenario: name, seed, share, killAfterMs }: ProcessRun): Promise<Verdict> {
  const scenario = findScenario(name);
  const clock = createScaledClock(speed);
  const book = new CopyBook(() => simulator.state());
  const { simulator, addresses, close } = await startSimulator({
    world: scenario.world,
    clock,
    random: createRandom(seed),
    onRequest: (request, response) => {
      book.note(request, response);
      void troubles.tick();
    },
  });
  const troubles = new TroubleMaker({
    random: createRandom(seed ^ troubleSeed),
    share: share > 0 ? troubleShare : 0,
    cluster: clusterId,
    simulator,
    onChange: () => book.change(),
  });
  const folder = mkdtempSync(join(tmpdir(), 'template-hub-fault-'));
  const databaseUrl = `file:${join(folder, 'hub.db')}`;
  const store = await openStore({ url: databaseUrl });
  await store.prisma.cluster.create({ data: { id: clusterId, name: clusterId, host: 'lab.test' } });
  const { host = '127.0.0.1', port = 0 } = addresses[0] ?? {};
  const options = { scenario: name, databaseUrl, host, port, seed, share, speed };
  const before = simulator.state();
  const check = async () => {
    while (simulator.state().clusters.some(({ tasks }) => tasks.some(({ status }) => status === 'running')))
      await delay(20);
    await followAdvice({
      store,
      cluster: clusterId,
      control: simulator.control,
      state: () => simulator.state(),
    });
    return scenario.audit({ before, after: simulator.state(), store, wasConfined: troubles.wasConfined });
  };
  const start = (own: ServerProcessOptions): ChildProcess => {
    const child = boot(own);
    child.on('message', (message: ServerMessage) => {
      if (message !== 'settled') book.excuse(message.struck);
    });
    return child;
  };
  try {
    await troubles.tick();
    const died = killAfterMs === undefined ? 'not killed' : await liveAndDie(start(options), killAfterMs);
    book.excuseAll();
    const last = start({ ...options, seed: seed + 1 });
    await settled(last);
    let books = await check();
    let passes = 1;
    const passOn = async (): Promise<void> => {
      if (await troubles.passed()) await clock.sleep(noticeMs);
    };
    await passOn();
    for (; (troubles.stands || !isClean(books)) && passes < mostPasses; passes += 1) {
      last.send('ask');
      await settled(last);
      books = await check();
      await passOn();
    }
    const ended = once(last, 'exit');
    last.send('stop');
    await ended;
    const { repeated } = book;
    const clean = isClean(books) && repeated === 0;
    const said = { died: [died], troubles: troubles.told, points: [], faults: new Map() };
    return { books, clean, repeated, passes, ...said };
  } finally {
    await store.close();
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function liveAndDie(child: ChildProcess, killAfterMs: number): Promise<string> {
  const ended = once(child, 'exit');
  await Promise.race([delay(killAfterMs), ended]);
  child.kill('SIGKILL');
  await ended;
  return `SIGKILL after ${killAfterMs} ms`;
}

function boot(options: ServerProcessOptions): ChildProcess {
  return fork(program, [JSON.stringify(options)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
}

/** Waits for the message that the server has come to rest; those about faults come in between. */
async function saysSettled(child: ChildProcess, signal: AbortSignal): Promise<void> {
  for await (const [message] of on(child, 'message', { signal })) if (message === 'settled') return;
}

async function settled(child: ChildProcess): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(longestPassMs)]);
  try {
    await Promise.race([
      saysSettled(child, signal),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`the server ended by itself with ${String(code)}`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
