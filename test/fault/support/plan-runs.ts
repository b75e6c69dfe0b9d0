import type { KillPoint } from '../../replication/support/life.ts';
import { createRandom } from '../../replication/support/random.ts';
import { findScenario } from '../scenarios.ts';
import { runInProcess } from './run-in-process.ts';

/** One run as it is given to a worker and printed when it fails. */
export type PlannedRun =
  | { kind: 'in-process'; scenario: string; seed: number; share: number; killAt: readonly KillPoint[] }
  | { kind: 'two-servers'; scenario: string; seed: number }
  | { kind: 'process'; scenario: string; seed: number; share: number; killAfterMs: number };

export interface RunPlan {
  runs: PlannedRun[];
  /** Places in the product's code at which a server waited in a run without faults. */
  sites: string[];
}

export interface PlanOptions {
  scenario: string;
  runs: number;
  seed: number;
  share: number;
}

/** Of 500 runs 50 are of real processes; of fewer, a tenth. */
const mostProcesses = 50;
/** Real milliseconds in which a server of its own process does its work. */
const processLifeMs = 4_000;

/**
 * Plans runs: processes that are killed at any moment; one run for each place at which the product waits; the rest at any
 * point, every third of them killed twice.
 */
export async function planRuns({ scenario, runs, seed, share }: PlanOptions): Promise<RunPlan> {
  const random = createRandom(seed);
  const { sites, points } = await locate(scenario, seed);
  const processes = Math.min(mostProcesses, Math.ceil(runs / 10));
  const chosen = spread(sites, runs - processes);
  const planned = Array.from({ length: runs }, (_, index): PlannedRun => {
    const common = { scenario, share, seed: seed * 100_000 + index };
    if (index < processes) {
      return { kind: 'process', ...common, killAfterMs: Math.floor(random() * processLifeMs) };
    }
    const site = chosen[index - processes];
    if (site !== undefined) return { kind: 'in-process', ...common, killAt: [{ site }] };
    const anywhere = () => ({ point: 1 + Math.floor(random() * points) });
    return {
      kind: 'in-process',
      ...common,
      killAt: index % 3 === 0 ? [anywhere(), anywhere()] : [anywhere()],
    };
  });
  return { runs: planned, sites };
}

/** Runs of two servers on one store and one cluster. */
export function planTwoServers({ scenario, runs, seed }: Omit<PlanOptions, 'share'>): PlannedRun[] {
  return Array.from({ length: runs }, (_, index) => ({
    kind: 'two-servers',
    scenario,
    seed: seed * 100_000 + index,
  }));
}

/** At most `count` of a list, from all over it. */
function spread<Item>(list: readonly Item[], count: number): Item[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

/** One run without faults, to see where the product waits. */
async function locate(scenario: string, seed: number): Promise<{ sites: string[]; points: number }> {
  const seen: string[][] = [];
  const { points } = await runInProcess({
    scenario: findScenario(scenario),
    seed,
    share: 0,
    killAt: [{ point: Number.MAX_SAFE_INTEGER }],
    observe: ({ life }) => {
      life.locate = true;
      seen.push(life.sites);
    },
  });
  return { sites: [...new Set(seen[0] ?? [])], points: points.length };
}
