import { findScenario } from '../scenarios.ts';
import { emptyBooks } from './books.ts';
import type { PlannedRun } from './plan-runs.ts';
import { runInProcess, type Verdict } from './run-in-process.ts';
import { runProcess } from './run-process.ts';
import { runTwoServers } from './run-two-servers.ts';

/** A run's verdict in words that can be sent from process to process. */
export type RunReport = Omit<Verdict, 'points' | 'faults'> & { error?: string };

/** Seeds that are tried until the server passes the place at which it is to die: faults may lead around it. */
const mostDetours = 6;

/** Executes one planned run. What it throws is part of the report: it failed. */
export async function executePlannedRun(run: PlannedRun): Promise<RunReport> {
  try {
    if (run.kind === 'process') return toReport(await runProcess(run));
    if (run.kind === 'in-process') return await insist(run);
    return toReport(await runTwoServers({ seed: run.seed, scenario: findScenario(run.scenario) }));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { books: emptyBooks(), clean: false, repeated: 0, troubles: [], passes: 0, died: [], error: text };
  }
}

async function insist(run: Extract<PlannedRun, { kind: 'in-process' }>): Promise<RunReport> {
  for (let detour = 0; ; detour += 1) {
    const seed = run.seed + detour * 1_000_000;
    const verdict = await runInProcess({ ...run, seed, scenario: findScenario(run.scenario) });
    const killed = verdict.died[0] !== 'not killed';
    if (killed || !verdict.clean || detour >= mostDetours) return toReport(verdict);
  }
}

function toReport({ points: _points, faults: _faults, ...report }: Verdict): RunReport {
  return report;
}
