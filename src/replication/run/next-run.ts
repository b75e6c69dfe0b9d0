import type { Database } from '../../store/store.ts';
import { isPaused } from '../read-policy.ts';
import type { RunRow } from '../rows.ts';

/** The run to work on: one that was begun, else the oldest queued. A paused cluster begins no replication. */
export async function findNextRun(
  database: Pick<Database, 'replicationRun' | 'cluster'>,
  clusterId: string,
): Promise<RunRow | undefined> {
  const runs = await database.replicationRun.findMany({
    where: { clusterId, status: { in: ['QUEUED', 'RUNNING'] } },
    orderBy: { id: 'asc' },
  });
  if (runs.length === 0) return undefined;
  const running = runs.find(({ status }) => status === 'RUNNING');
  if (running !== undefined) return running;
  const paused = await isPaused(database, clusterId);
  return runs.find(
    ({ kind, cancelRequestedAt }) => !paused || kind !== 'REPLICATION' || cancelRequestedAt !== null,
  );
}
