import { expect, test } from 'vitest';
import { findScenario } from './scenarios.ts';
import { planRuns } from './support/plan-runs.ts';
import { executePlannedRun, type RunReport } from './support/execute-run.ts';
import { runTwoServers } from './support/run-two-servers.ts';
import { sumReports } from './support/sum-reports.ts';

const nothing = { duplicates: 0, orphans: 0, lost: 0, foreignDeleted: 0 };

test('a server that is killed anywhere, with every fifth answer faulty, leaves nothing behind', async () => {
  const plan = await planRuns({ scenario: 'replication', runs: 330, seed: 11, share: 0.2 });
  const inProcess = plan.runs.filter(({ kind }) => kind === 'in-process');
  // A tenth of the places; `npm run fault` takes all of them.
  const chosen = inProcess.filter((_, index) => index % 10 === 0);
  const reports: RunReport[] = [];
  for (const run of chosen) reports.push(await executePlannedRun(run));
  const failed = reports.filter(({ clean }) => !clean);
  expect(failed).toEqual([]);
  expect(sumReports(reports)).toMatchObject({ converged: chosen.length, ...nothing });
}, 300_000);

test('a process that gets SIGKILL is succeeded by another one', async () => {
  const common = { kind: 'process', scenario: 'replication', share: 0.1 } as const;
  const reports = await Promise.all([
    executePlannedRun({ ...common, seed: 1, killAfterMs: 900 }),
    executePlannedRun({ ...common, seed: 2, killAfterMs: 1800 }),
  ]);
  expect(reports.map(({ clean, error }) => ({ clean, error }))).toEqual(
    reports.map(() => ({ clean: true, error: undefined })),
  );
}, 300_000);

test('two servers on one store and one cluster make nothing twice', async () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const { books, clean } = await runTwoServers({ scenario: findScenario('replication'), seed });
    expect({ seed, clean, books }).toMatchObject({ clean: true });
  }
}, 300_000);
