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
import { CopyBook } from './copy-book.ts';
import { createSpoiler } from './spoil.ts';
import { TroubleMaker } from './trouble-maker.ts';

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
  /** Bytes that were copied again for a refusal that had not changed. */
  repeated: number;
  /** What people did to the cluster that made Proxmox refuse. */
  troubles: string[];
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

/** Until a changed configuration that no list tells of is read again. */
export const noticeMs = 11 * 60_000;

/** Of so many runs with faults one has people who make trouble. */
export const troubleShare = 0.4;
/** Troubles draw their chances apart, so that they change none of the faults. */
export const troubleSeed = 0x5eed;

/** One run: the server is killed, restarted and left alone, until the simulator's books are in order. */
export async function runInProcess(options: FaultRun): Promise<Verdict> {
  const { scenario, seed, share, logger, trace, observe } = options;
  const random = createRandom(seed);
  const book = new CopyBook(() => laboratory.simulator.state());
  const laboratory = await createLaboratory({
    world: scenario.world,
    seed,
    logger,
    observe,
    policy: scenario.policy,
    extensions: scenario.extensions,
    spoil: (transport) => spoiler.wrap(transport),
    onRequest: (request, response) => {
      book.note(request, response);
      void troubles.tick();
    },
  });
  const { simulator } = laboratory;
  const { control } = simulator;
  const onStrike = book.excuse.bind(book);
  const spoiler = createSpoiler({ random, share, cluster: clusterId, control, trace, onStrike });
  const troubles = new TroubleMaker({
    random: createRandom(seed ^ troubleSeed),
    share: share > 0 ? troubleShare : 0,
    cluster: clusterId,
    simulator,
    onChange: () => book.change(),
  });
  const before = simulator.state();
  try {
    await troubles.tick();
    const lives = await liveAndDie(laboratory, options, () => book.excuseAll());
    const last = laboratory.boot();
    await laboratory.settle(last);
    const check = () => inspect(laboratory, { scenario, before, wasConfined: troubles.wasConfined });
    const passOn = async (): Promise<void> => {
      if (await troubles.passed()) await laboratory.drive(laboratory.clock.sleep(noticeMs));
    };
    let books = await check();
    let passes = 1;
    await passOn();
    for (; (troubles.stands || !isClean(books)) && passes < mostPasses; passes += 1) {
      await laboratory.drive(scenario.ask(last, laboratory));
      books = await check();
      await passOn();
    }
    await laboratory.drive(last.replicator.stop());
    const died = lives.map(({ life }) => (life.killed ? (life.points.at(-1) ?? '') : 'not killed'));
    return {
      books,
      clean: isClean(books) && book.repeated === 0,
      repeated: book.repeated,
      troubles: troubles.told,
      passes,
      died,
      points: lives[0]?.life.points ?? [],
      faults: spoiler.counts,
    };
  } finally {
    await laboratory.close();
  }
}

async function liveAndDie(
  laboratory: Laboratory,
  { killAt, scenario }: FaultRun,
  onDeath: () => void,
): Promise<LabServer[]> {
  const servers: LabServer[] = [];
  for (const point of killAt) {
    const server = laboratory.boot({ killAt: point });
    servers.push(server);
    await laboratory.settle(server);
    if (!server.life.killed)
      await laboratory.drive(scenario.ask(server, laboratory), () => server.life.killed);
    if (!server.life.killed) await laboratory.drive(server.replicator.stop(), () => server.life.killed);
    onDeath();
  }
  return servers;
}

/** Looks when nothing runs in Proxmox any more; what the product asks of an administrator is done first. */
async function inspect(
  laboratory: Laboratory,
  { scenario, before, wasConfined }: { scenario: Scenario } & Pick<Audit, 'before' | 'wasConfined'>,
): Promise<Books> {
  const { simulator, store } = laboratory;
  const { control } = simulator;
  await laboratory.drive(new Promise(() => undefined), () => !isBusy(laboratory));
  await followAdvice({ store, cluster: clusterId, control, state: () => simulator.state() });
  return scenario.audit({ before, after: simulator.state(), store, wasConfined });
}

function isBusy({ simulator }: Laboratory): boolean {
  return simulator.state().clusters.some(({ tasks }) => tasks.some(({ status }) => status === 'running'));
}
