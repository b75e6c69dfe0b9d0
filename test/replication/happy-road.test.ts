import { expect, test } from 'vitest';
import { createLaboratory } from './support/laboratory.ts';
import { buildWorld, clusterId } from './support/small-world.ts';

test('replicates by both main ways, and a second start and a lost database clone nothing', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 3, local: 1, shared: 1 }) });
  const clones = () => laboratory.simulator.state().clusters[0]?.counts.clones;
  try {
    await laboratory.settle(laboratory.boot());
    expect(clones()).toBe(4);
    const rows = await laboratory.store.prisma.template.findMany({
      where: { isReplica: true },
      orderBy: { vmid: 'asc' },
    });
    expect(rows.map(({ sourceVmid, node, state }) => [sourceVmid, node, state])).toHaveLength(4);
    const runs = await laboratory.store.prisma.replicationRun.findMany({ where: { clusterId } });
    expect(runs.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED']);

    await laboratory.settle(laboratory.boot());
    expect(clones()).toBe(4);

    await laboratory.forgetDatabase();
    await laboratory.settle(laboratory.boot());
    expect(clones()).toBe(4);
    const again = await laboratory.store.prisma.template.findMany({
      where: { isReplica: true },
      orderBy: { vmid: 'asc' },
    });
    expect(again.map(({ vmid, sourceVmid, node }) => [vmid, sourceVmid, node])).toEqual(
      rows.map(({ vmid, sourceVmid, node }) => [vmid, sourceVmid, node]),
    );
  } finally {
    await laboratory.close();
  }
});
