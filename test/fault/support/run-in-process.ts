import {
  createLaboratory,
  type Laboratory,
  type LaboratoryOptions,
  type LabServer,
} from '../../replication/support/laboratory.ts';
import type { KillPoint } from '../../replication/support/life.ts';
import { createRandom } from '../../replication/support/random.ts';
import { clusterId } from '../../replication/support/small-world.ts';
import { followAdvice } from './administrator.ts';
import { isClean, type Audit, type Books } from './books.ts';
import type { Scenario } from './scenario.ts';
import { createSpoiler } from './spoil.ts';

export interface FaultRun {
  scenario: Scenario;
  seed: number;
  /** Where one server after the other dies; then one lives on. */
  killAt: readonly KillPoint[];
  /** Share of the simulator's answers that are faulty. */
  share: number;
  /** To follow one run: the servers' log, and each server as it boots. */
  logger?: LaboratoryOptions['logger'];
  observe?: (server: LabServer, laboratory: Laboratory) => void;
  trace?: (message: string) => void;
}

/** How a fault run ended. */
export interface Verdict {
  books: Books;
  clean: boolean;
  /** Passes the last server needed until all was well. */
  passes: number;
  /** Where the servers died, in words. */
  died: string[];
  /** The points the first server passed. */
  points: string[];
  /** Faulty answers by kind. */
  faults: ReadonlyMap<string, number>;
}

/** After so many passes it is called a failure. */
const mostPasses = 25;

/** One run: the server is killed, restarted and left alone, until the simulator's books are in order. */
export async function runInProcess(options: FaultRun): Promise<Verdict> {
  const { scenario, seed, share, logger, trace, observe } = options;
  const random = createRandom(seed);
  const laboratory = await createLaboratory({
    world: scenario.world,
    seed,
    logger,
    observe,
    policy: scenario.policy,
    extensions: scenario.extensions,
    spoil: (transport) => spoiler.wrap(transport),
  });
  const control = laboratory.simulator.control;
  const spoiler = createSpoiler({ random, share, cluster: clusterId, control, trace });
  const before = laboratory.simulator.state();
  try {
    const lives = await liveAndDie(laboratory, options);
    const last = laboratory.boot();
    await laboratory.settle(last);
    const check = () => inspect(laboratory, { scenario, before });
    let books = await check();
    let passes = 1;
    for (; !isClean(books) && passes < mostPasses; passes += 1) {
      await laboratory.drive(scenario.ask(last, laboratory));
      books = await check();
    }
    await laboratory.drive(last.replicator.stop());
    const died = lives.map(({ life }) => (life.killed ? (life.points.at(-1) ?? '') : 'not killed'));
    return {
      books,
      clean: isClean(books),
      passes,
      died,
      points: lives[0]?.life.points ?? [],
      faults: spoiler.counts,
    };
  } finally {
    await laboratory.close();
  }
}

async function liveAndDie(laboratory: Laboratory, { killAt, scenario }: FaultRun): Promise<LabServer[]> {
  const servers: LabServer[] = [];
  for (const point of killAt) {
    const server = laboratory.boot({ killAt: point });
    servers.push(server);
    await laboratory.settle(server);
    if (!server.life.killed)
      await laboratory.drive(scenario.ask(server, laboratory), () => server.life.killed);
    if (!server.life.killed) await laboratory.drive(server.replicator.stop(), () => server.life.killed);
  }
  return servers;
}

/** Looks when nothing runs in Proxmox any more; what the product asks of an administrator is done first. */
async function inspect(
  laboratory: Laboratory,
  { scenario, before }: { scenario: Scenario; before: Audit['before'] },
): Promise<Books> {
  const { simulator, store } = laboratory;
  const { control } = simulator;
  await laboratory.drive(new Promise(() => undefined), () => !isBusy(laboratory));
  await followAdvice({ store, cluster: clusterId, control, state: () => simulator.state() });
  return scenario.audit({ before, after: simulator.state(), store });
}

function isBusy({ simulator }: Laboratory): boolean {
  return simulator.state().clusters.some(({ tasks }) => tasks.some(({ status }) => status === 'running'));
}
