import type { Engine } from '../engine.ts';
import { ReplicationError } from '../replication-error.ts';
import type { RunRow } from '../rows.ts';
import { announce } from './create-request.ts';

/** @throws ReplicationError RUN_NOT_FOUND */
export async function getRun({ store }: Pick<Engine, 'store'>, runId: number): Promise<RunRow> {
  const run = await store.prisma.replicationRun.findUnique({ where: { id: runId } });
  if (run !== null) return run;
  throw new ReplicationError('RUN_NOT_FOUND', `There is no run ${runId}.`);
}

/**
 * Asks for the end of a run: whoever works on it stops its Proxmox tasks and takes back what is half made. A run that
 * nobody began yet is begun and ended at once by its worker. @throws ReplicationError RUN_NOT_FOUND, RUN_FINISHED
 */
export async function cancelRun(engine: Engine, runId: number): Promise<RunRow> {
  await getRun(engine, runId);
  const cancelRequestedAt = new Date(engine.clock.now());
  const { count } = await engine.store.prisma.replicationRun.updateMany({
    where: { id: runId, status: { not: 'FINISHED' } },
    data: { cancelRequestedAt },
  });
  const run = await getRun(engine, runId);
  if (count === 0)
    throw new ReplicationError('RUN_FINISHED', `Run ${runId} has finished; there is nothing to cancel.`);
  announce(engine, [run]);
  return run;
}
