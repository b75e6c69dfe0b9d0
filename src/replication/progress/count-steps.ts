import type { Database } from '../../store/database.ts';
import type { RunRow, StepRow } from '../rows.ts';

export interface StepCounts {
  stepsTotal: number;
  stepsDone: number;
  stepsFailed: number;
  bytesTotal: bigint;
  bytesDone: bigint;
}

/**
 * Writes what a run's steps come to into its row: part of every transaction that changes them.
 * @param progressAt when copies under way told how far they are; without it they told nothing new.
 */
export async function recount(database: Database, runId: number, progressAt?: Date): Promise<RunRow> {
  const groups = await database.replicationStep.groupBy({
    by: ['phase'],
    where: { runId },
    _count: true,
    _sum: { bytesTotal: true, bytesDone: true, bytesPerSecond: true },
  });
  const counts = groups.map(({ phase, _count, _sum }) => ({
    phase,
    count: _count,
    bytesTotal: _sum.bytesTotal ?? 0n,
    bytesDone: _sum.bytesDone ?? 0n,
  }));
  const paces = groups.flatMap(({ _sum }) => _sum.bytesPerSecond ?? []);
  const bytesPerSecond = paces.length === 0 ? null : paces.reduce((sum, pace) => sum + pace, 0);
  const data = { ...sumGroups(counts), bytesPerSecond, progressAt };
  return database.replicationRun.update({ where: { id: runId }, data });
}

export function sumSteps(steps: readonly Pick<StepRow, 'phase' | 'bytesTotal' | 'bytesDone'>[]): StepCounts {
  return sumGroups(steps.map((step) => ({ ...step, count: 1 })));
}

type Group = Pick<StepRow, 'phase' | 'bytesTotal' | 'bytesDone'> & { count: number };

function sumGroups(groups: readonly Group[]): StepCounts {
  const count = (test: (group: Group) => boolean) =>
    groups.filter(test).reduce((total, group) => total + group.count, 0);
  const sum = (pick: (group: Group) => bigint) => groups.reduce((total, group) => total + pick(group), 0n);
  return {
    stepsTotal: count(() => true),
    stepsDone: count(({ phase }) => phase === 'DONE'),
    stepsFailed: count(({ phase }) => phase === 'FAILED'),
    bytesTotal: sum(({ bytesTotal }) => bytesTotal),
    bytesDone: sum(({ bytesDone }) => bytesDone),
  };
}
