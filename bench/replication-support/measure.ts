import { createLaboratory } from '../../test/replication/support/laboratory.ts';
import { buildBenchWorld } from './world.ts';

export interface Measurement {
  /** Seconds of driven time from the first clone call to the last replica. */
  seconds: number;
  replicas: number;
}

/** Replicates the bench's world in the simulator under a policy. */
export async function measure(policy: unknown): Promise<Measurement> {
  const laboratory = await createLaboratory({ world: buildBenchWorld(), policy });
  try {
    const server = laboratory.boot();
    await laboratory.settle(server);
    await laboratory.drive(server.replicator.stop());
    const steps = await laboratory.store.prisma.replicationStep.findMany();
    const failed = steps.find(({ phase }) => phase !== 'DONE');
    if (failed !== undefined)
      throw new Error(`not every replica was made: ${failed.errorMessage ?? failed.phase}`);
    const times = (pick: 'startedAt' | 'finishedAt') => steps.map((step) => step[pick]?.getTime() ?? 0);
    const seconds = (Math.max(...times('finishedAt')) - Math.min(...times('startedAt'))) / 1000;
    return { seconds, replicas: steps.length };
  } finally {
    await laboratory.close();
  }
}
