import type { Engine } from '../engine.ts';
import { isHeld } from '../read-policy.ts';
import type { RunRow } from '../rows.ts';

/** The run to work on: one that was begun, else the oldest queued. While replication is held others are served. */
export async function findNextRun(engine: Engine, clusterId: string): Promise<RunRow | undefined> {
  const runs = await engine.store.prisma.replicationRun.findMany({
    where: { clusterId, status: { in: ['QUEUED', 'RUNNING'] } },
    orderBy: { id: 'asc' },
  });
  if (runs.length === 0) return undefined;
  const running = runs.find(({ status }) => status === 'RUNNING');
  if (running !== undefined) return running;
  const held = await isHeld(engine, clusterId);
  return runs.find(
    ({ kind, cancelRequestedAt }) => !held || kind !== 'REPLICATION' || cancelRequestedAt !== null,
  );
}
