import type { RunRow } from '../../replication/rows.ts';
import type { Database } from '../../store/database.ts';
import { bookFailedRemovals } from '../leaving/book-failed-removals.ts';
import { judgeClass } from './judge-class.ts';
import { releaseBases } from './release-bases.ts';

/**
 * When a run is over, however it ended: what could not be removed is booked as leaving, and of each class that the run
 * worked on it is written what it is now. What is there decides.
 */
export async function finishClassRun(database: Database, run: RunRow, now: Date): Promise<void> {
  const { classId, kind } = run;
  if (kind === 'CLASS_DELETE' && classId !== null)
    await database.classMachine.deleteMany({ where: { classId, vmid: null } });
  await bookFailedRemovals(database, run, now);
  for (const id of await listClasses(database, run)) {
    const state = await judgeClass(database, id);
    if (state === undefined) continue;
    await database.class.update({ where: { id }, data: { state } });
    if (state === 'DELETED') await releaseBases(database, id);
  }
}

/** The class of the run; of a pass over the whole cluster those that something may have become of. */
async function listClasses(database: Database, { classId, clusterId, kind }: RunRow): Promise<number[]> {
  if (classId !== null) return [classId];
  if (kind !== 'REPLICATION') return [];
  const hanging = { looseGuests: { some: { state: 'LEAVING' } } } as const;
  const found = await database.class.findMany({
    where: { clusterId, OR: [{ state: 'DEGRADED' }, hanging] },
    select: { id: true },
  });
  return found.map(({ id }) => id);
}
