import { isDeepStrictEqual } from 'node:util';
import { startSimulator } from '../../simulator/start.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeBlocks, writeJson, writeLine } from '../output.ts';
import { count } from '../words.ts';
import { createProgressView } from '../progress/create-progress-view.ts';
import type { ProgressView } from '../progress/progress-view.ts';
import { waitForEnd, type Surroundings } from '../surroundings.ts';
import { countDemo, countImpossible, listReplicas, type DemoCounts, type Impossible } from './count-demo.ts';
import type { StepRow } from '../../replication/rows.ts';
import type { Store } from '../../store/store.ts';
import { measureStep } from '../../replication/progress/measure.ts';
import { bootDemo, type DemoBoot } from './demo-boot.ts';
import { openDemoPlace, type DemoPlace } from './demo-place.ts';
import type { DemoOptions } from './demo.ts';
import { createScaledClock } from './scaled-clock.ts';
import { connectSimulated } from './simulated-clusters.ts';

/** How much faster time passes in the simulated clusters: for who watches, for who waits, and at the end. */
const haste = { watched: 20, awaited: 50, ending: 5000 };

type RunningSimulator = Awaited<ReturnType<typeof startSimulator>>;

/** What all parts of a demo work with. */
interface Demo {
  readonly options: DemoOptions;
  readonly place: DemoPlace;
  readonly running: RunningSimulator;
  readonly surroundings: Surroundings;
  boot(): Promise<DemoBoot>;
}

/** Starts the simulated clusters and the server on them, and stays until it is asked to end or everything is settled. */
export async function runDemo(options: DemoOptions, surroundings: Surroundings): Promise<void> {
  const isAwaited = options.exitWhenSettled ?? false;
  const place = openDemoPlace({ folder: surroundings.folder, given: options.folder, temporary: isAwaited });
  try {
    const world = await place.readWorld();
    const clock = createScaledClock(surroundings.clock, isAwaited ? haste.awaited : haste.watched);
    const running = await startSimulator({
      world,
      host: '127.0.0.1',
      port: 0,
      clock,
      random: surroundings.random,
    });
    try {
      const clusters = connectSimulated(world, running.addresses);
      const boot = () => bootDemo({ place, clusters, port: options.port, surroundings });
      const demo = { options, place, running, surroundings, boot };
      await (isAwaited ? settleTwice(demo) : stayUp(demo));
    } finally {
      // A task that is cut off leaves a lock behind that only root could take off, as in real life.
      clock.hasten(haste.ending);
      await running.simulator.control({ do: 'wait-all-tasks' });
      place.saveWorld(running.simulator.snapshot());
      await running.close();
    }
  } finally {
    place.leave();
  }
}

/** The demo for people: addresses, progress, and then it stays. */
async function stayUp(demo: Demo): Promise<void> {
  const { stdout, clock, signal } = demo.surroundings;
  const started = await demo.boot();
  try {
    introduce(demo, started.url);
    const view = createProgressView(stdout, clock);
    try {
      await settle(started, view, signal);
    } finally {
      view.end();
    }
    if (signal.aborted) return;
    demo.place.saveWorld(demo.running.simulator.snapshot());
    const [counts, impossible] = [await countDemo(started.hub), await countImpossible(started.hub)];
    writeBlocks(demo.surroundings, [
      ...describeOutcome(counts, impossible, countClones(demo.running)),
      'Stop with Ctrl-C; the next demo goes on from here.',
    ]);
    await waitForEnd(signal);
  } finally {
    await started.stop();
  }
}

/** The demo for programs: settles, boots again on the same clusters, and compares. */
async function settleTwice(demo: Demo): Promise<void> {
  const { stdout, stderr, clock } = demo.surroundings;
  const view = createProgressView(demo.options.json ? stderr : stdout, clock);
  const [first, second] = await bootTwice(demo, view).finally(() => view.end());
  if (!isDeepStrictEqual(second.replicas, first.replicas)) {
    throw new CommandFailed('DEMO_DIFFERS', 'the second boot does not show the replicas of the first');
  }
  const { counts, impossible, clones } = first;
  if (demo.options.json) writeJson(stdout, { ...counts, clones, restarted: { clones: second.clones } });
  else
    writeBlocks(demo.surroundings, [
      ...describeOutcome(counts, impossible, clones),
      `A second boot made ${second.clones} copies.`,
    ]);
}

async function bootTwice(demo: Demo, view: ProgressView) {
  const first = await settleOnce(demo, view);
  if (demo.options.forgetDatabase) demo.place.forgetDatabase();
  return [first, await settleOnce(demo, view)] as const;
}

async function settleOnce(demo: Demo, view: ProgressView) {
  const { signal } = demo.surroundings;
  const before = countClones(demo.running);
  const started = await demo.boot();
  try {
    await settle(started, view, signal);
    if (signal.aborted) throw new CommandFailed('INTERRUPTED', 'asked to end before everything was settled');
    const counts = await countDemo(started.hub);
    const impossible = await countImpossible(started.hub);
    const replicas = await listReplicas(started.hub);
    return { counts, impossible, replicas, clones: countClones(demo.running) - before };
  } finally {
    await started.stop();
  }
}

/** Shows every step until nothing is left to do, or the demo is asked to end. */
async function settle({ hub }: DemoBoot, view: ProgressView, signal: AbortSignal): Promise<void> {
  const show = (step: StepRow) => view.show({ ...step, percent: measureStep(step) });
  const loads = new Map<number, Promise<void>>();
  const offStep = hub.replicator?.events.on('step', show);
  const offRun = hub.replicator?.events.on('run', ({ id, stepsTotal }) => {
    if (stepsTotal > 0 && !loads.has(id)) loads.set(id, showPlanned(hub.store, id, show));
  });
  try {
    await hub.replicator?.settled({ signal });
    await Promise.all(loads.values());
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    offStep?.();
    offRun?.();
  }
}

/** What a run has yet to do belongs to the sum of all as well; nothing is told of it as it is planned. */
async function showPlanned({ prisma }: Store, runId: number, show: (step: StepRow) => void): Promise<void> {
  for (const step of await prisma.replicationStep.findMany({ where: { runId, phase: 'PLANNED' } }))
    show(step);
}

function countClones({ simulator }: RunningSimulator): number {
  return simulator.state().clusters.reduce((sum, cluster) => sum + cluster.counts.clones, 0);
}

function introduce(demo: Demo, url: string): void {
  const lines = [
    'Template Hub demo: simulated clusters on this machine, no real ones.',
    `  GraphiQL   ${url}/graphql`,
    `  REST       curl '${url}/api/templates'`,
    `             curl '${url}/api/templates/stats'`,
    `  state      ${demo.place.folder} (log: demo.log)`,
    '',
  ];
  for (const line of lines) writeLine(demo.surroundings.stdout, line);
}

/** Where everything is, and what is not, as it is. */
function describeOutcome(counts: DemoCounts, impossible: Impossible, clones: number): string[] {
  const { originals, replicas, clusters, nodes, missing } = counts;
  const isWhole = missing === 0 && impossible.size === 0;
  const possible = isWhole ? 'is where it should be' : 'is where it can be now';
  const first = missing === 0 ? `Every template ${possible}` : `${count(missing, 'replica')} still missing`;
  const there = `${count(originals, 'original')} and ${count(replicas, 'replica')}`;
  const reasons = [...impossible].map(
    ([reason, places]) => `  ${count(places, 'place')} not possible: ${reason}`,
  );
  return [
    `${first} (${clones} ${clones === 1 ? 'copy' : 'copies'} made):`,
    `  ${there} on ${count(nodes, 'node')} of ${count(clusters, 'cluster')}`,
    ...reasons,
  ];
}
