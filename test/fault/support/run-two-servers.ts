import { createLaboratory } from '../../replication/support/laboratory.ts';
import type { SimulatorState } from '../../../src/simulator/state.ts';
import { createRandom } from '../../replication/support/random.ts';
import type { Verdict } from './run-in-process.ts';
import { isClean } from './books.ts';
import type { Scenario } from './scenario.ts';

export interface TwoServersRun {
  scenario: Scenario;
  seed: number;
}

const second = 1_000;

/**
 * Two servers on one store and one cluster, started within the same minute. Their leases are short, and each stands still
 * once for longer than a lease lasts: it is taken for dead in the middle of its work, and wakes up again.
 */
export async function runTwoServers({ scenario, seed }: TwoServersRun): Promise<Verdict> {
  const random = createRandom(seed);
  const leaseMs = 6 * second;
  const { world, policy, extensions } = scenario;
  const laboratory = await createLaboratory({
    world,
    policy,
    extensions,
    seed,
    intervals: { leaseMs, pollMs: 2 * second },
  });
  const before = laboratory.simulator.state();
  const drawStall = () => ({ from: 1 + Math.floor(random() * 700), ms: leaseMs + random() * 20 * second });
  try {
    const servers = [laboratory.boot({ stall: drawStall() }), laboratory.boot({ stall: drawStall() })];
    const offset = random() * 40 * second;
    await laboratory.drive(
      Promise.all(
        servers.map(async ({ replicator }, index) => {
          await laboratory.clock.sleep(index * offset);
          await replicator.start();
          await replicator.settled();
        }),
      ),
    );
    await laboratory.drive(Promise.all(servers.map(({ replicator }) => replicator.stop())));
    const after = laboratory.simulator.state();
    const books = await scenario.audit({ before, after, store: laboratory.store, wasConfined: false });
    const made = after.clusters[0]?.counts.clones ?? 0;
    const wanted = countReplicas(after) - countReplicas(before);
    if (made !== wanted) books.duplicates.push(`${made} clones were made for ${wanted} replicas`);
    const verdict = { books, clean: isClean(books), repeated: 0, troubles: [], passes: 1, died: [] };
    return { ...verdict, points: [], faults: new Map() };
  } finally {
    await laboratory.close();
  }
}

function countReplicas({ clusters }: SimulatorState): number {
  return clusters.flatMap(({ guests }) => guests.filter(({ template }) => template)).length;
}
