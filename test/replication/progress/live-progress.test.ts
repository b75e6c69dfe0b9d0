import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { measureRun, measureStep } from '../../../src/replication/progress/measure.ts';
import { sumSteps } from '../../../src/replication/progress/count-steps.ts';
import type { RunRow, StepRow } from '../../../src/replication/rows.ts';
import { createLaboratory, type Laboratory, type LabServer } from '../support/laboratory.ts';
import { buildWorld, clusterId } from '../support/small-world.ts';

let laboratory: Laboratory | undefined;

vi.setConfig({ testTimeout: 90_000 });
afterEach(() => laboratory?.close());

const bytes = 4 * 2 ** 30;

/** Replicates two local templates and a shared one onto the other node, and keeps every row that was told of. */
async function watch() {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 2, shared: 1, bytes }) });
  const server = laboratory.boot();
  const [plan] = (await laboratory.drive(server.replicator.plan({ clusterId }))) ?? [];
  const planned = new Map(
    plan?.lines.map((line) => [`${line.sourceVmid}@${line.targetNode}`, line.bytes ?? 0n]),
  );
  const steps: StepRow[] = [];
  const runs: RunRow[] = [];
  const times: number[] = [];
  follow(server, { steps, runs, times, clock: laboratory.clock });
  await laboratory.settle(server);
  return { planned, steps, runs, times };
}

function follow(
  { replicator }: LabServer,
  seen: { steps: StepRow[]; runs: RunRow[]; times: number[]; clock: { now(): number } },
): void {
  replicator.events.on('step', (step) => {
    const before = seen.steps.findLast(({ id }) => id === step.id);
    if (before?.phase === step.phase && before.upid === step.upid && before.bytesDone !== step.bytesDone)
      seen.times.push(seen.clock.now());
    seen.steps.push(step);
  });
  replicator.events.on('run', (run) => void seen.runs.push(run));
}

test('figures of a run are true at every moment', async () => {
  const { planned, steps, runs, times } = await watch();
  const ids = [...new Set(steps.map(({ id }) => id))];
  expect(ids).toHaveLength(3);
  for (const id of ids) {
    const own = steps.filter((step) => step.id === id);
    const [first] = own;
    // The size that the plan shows.
    expect(first?.bytesTotal).toBe(planned.get(`${first?.sourceVmid}@${first?.targetNode}`));
    expect(new Set(own.map(({ bytesTotal }) => bytesTotal)).size).toBe(1);
    // It only grows, it says the same as the bytes, and it is seen on its way.
    const shares = own.map(measureStep);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    for (const [index, step] of own.entries())
      expect(shares[index]).toBeCloseTo((Number(step.bytesDone) / Number(step.bytesTotal)) * 100, 0);
    expect(shares.filter((share) => share > 0 && share < 100).length).toBeGreaterThan(2);
    expect(own.at(-1)).toMatchObject({ phase: 'DONE', bytesPerSecond: null, progressAt: null });
  }
  // Phases are those that happen: a template does not start, a clone that is handed over does not move.
  const phases = (way: string) => new Set(steps.filter((step) => step.way === way).map(({ phase }) => phase));
  expect(phases('SHARED_TARGET')).toEqual(
    new Set(['CLONING', 'PREPARING', 'CONVERTING', 'REGISTERING', 'DONE']),
  );
  expect(phases('LOCAL_MIGRATE')).toEqual(
    new Set(['CLONING', 'PREPARING', 'MIGRATING', 'CONVERTING', 'REGISTERING', 'DONE']),
  );
  // A run's percent moves while steps are under way, never back, and not only when one ends.
  const shares = runs.map(measureRun);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(new Set(shares).size).toBeGreaterThan(10);
  expect(runs.some(({ bytesPerSecond }) => (bytesPerSecond ?? 0) > 2 ** 20)).toBe(true);
  expect(runs.at(-1)).toMatchObject({ outcome: 'SUCCEEDED', bytesDone: 3n * BigInt(2 * bytes) });
  // Of a cluster, at most once a second.
  const moments = [...new Set(times)];
  for (const [index, at] of moments.entries())
    if (index > 0) expect(at - (moments[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
});

test("a run's row says at every commit what its steps say", async () => {
  laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 2, shared: 1, bytes }) });
  const { store } = laboratory;
  const server = laboratory.boot();
  const differences: unknown[] = [];
  let compared = 0;
  const compare = async () => {
    const [run, steps] = await store.prisma.$transaction([
      store.prisma.replicationRun.findFirst({ orderBy: { id: 'desc' } }),
      store.prisma.replicationStep.findMany(),
    ]);
    if (run === null) return;
    const { stepsTotal, stepsDone, stepsFailed, bytesTotal, bytesDone } = run;
    const said = { stepsTotal, stepsDone, stepsFailed, bytesTotal, bytesDone };
    const sums = sumSteps(steps);
    if (!isDeepStrictEqual(sums, said)) differences.push({ said, sums });
    compared += 1;
  };
  const checks: Promise<void>[] = [];
  server.replicator.events.on('step', () => void checks.push(compare()));
  await laboratory.settle(server);
  await Promise.all(checks);
  expect(compared).toBeGreaterThan(20);
  expect(differences).toEqual([]);
});
