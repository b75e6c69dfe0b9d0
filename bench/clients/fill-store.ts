import { dataset } from '../read/dataset.ts';
import { openStore } from '../../src/store/store.ts';

/** Runs that there are, and steps of each. */
const runs = { count: 40, steps: 25 } as const;

/** Adds what screens show besides templates: the clusters' nodes, and runs with their steps. */
export async function addNodesAndRuns(file: string): Promise<void> {
  const { prisma, close } = await openStore({ url: `file:${file}` });
  const clusters = Array.from({ length: dataset.clusters }, (_, place) => `cluster${place + 1}`);
  await prisma.cluster.updateMany({ data: { version: '9.2.11', quorate: true, lastScanAt: new Date() } });
  await prisma.node.createMany({
    data: clusters.flatMap((clusterId) =>
      Array.from({ length: dataset.nodes }, (_, place) => ({
        clusterId,
        name: `pve${place + 1}`,
        state: 'ONLINE' as const,
      })),
    ),
  });
  for (let turn = 0; turn < runs.count; turn += 1) {
    const clusterId = clusters[turn % clusters.length] ?? '';
    const bytes = { bytesTotal: 100_000_000_000n, bytesDone: 40_000_000_000n };
    const { id: runId } = await prisma.replicationRun.create({
      data: {
        clusterId,
        trigger: 'TIMER',
        status: 'FINISHED',
        outcome: 'SUCCEEDED',
        stepsTotal: runs.steps,
        ...bytes,
      },
    });
    await prisma.replicationStep.createMany({
      data: Array.from({ length: runs.steps }, (_, step) => ({
        runId,
        clusterId,
        sourceVmid: 101 + 5 * step,
        targetNode: `pve${1 + (step % dataset.nodes)}`,
        way: 'LOCAL_MIGRATE',
        name: `template-${101 + 5 * step}-replica`,
        token: `${turn}-${step}`,
        phase: 'DONE' as const,
        ...bytes,
      })),
    });
  }
  await close();
}
