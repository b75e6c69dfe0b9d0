import { getRun } from '../control/cancel.ts';
import type { Engine } from '../engine.ts';
import type { RunProgress } from '../replicator.ts';
import { computeProgress } from './measure.ts';

/** @throws ReplicationError RUN_NOT_FOUND */
export async function readProgress(engine: Engine, runId: number): Promise<RunProgress> {
  const run = await getRun(engine, runId);
  const steps = await engine.store.prisma.replicationStep.findMany({ where: { runId } });
  return computeProgress(run, steps, engine.clock.now());
}
