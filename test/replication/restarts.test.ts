import { expect, test } from 'vitest';
import { createLaboratory, type Laboratory } from './support/laboratory.ts';
import { buildWorld } from './support/small-world.ts';

function countClones({ simulator }: Laboratory): number {
  return simulator.state().clusters[0]?.counts.clones ?? 0;
}

test('twenty restarts in a row clone nothing, with the database deleted in between', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 3, local: 1, shared: 1 }) });
  const readLineage = async () => {
    const rows = await laboratory.store.prisma.template.findMany({ orderBy: { vmid: 'asc' } });
    return rows.map(({ vmid, node, isReplica, sourceVmid, sourceNode, state }) => {
      return { vmid, node, isReplica, sourceVmid, sourceNode, state };
    });
  };
  try {
    await laboratory.settle(laboratory.boot());
    expect(countClones(laboratory)).toBe(4);
    const lineage = await readLineage();
    for (let restart = 1; restart <= 20; restart += 1) {
      if (restart % 5 === 0) await laboratory.forgetDatabase();
      const server = laboratory.boot();
      await laboratory.settle(server);
      await laboratory.drive(server.replicator.stop());
    }
    expect(countClones(laboratory)).toBe(4);
    expect(await readLineage()).toEqual(lineage);
  } finally {
    await laboratory.close();
  }
});

test('a server that stops lets its Proxmox task go on, and the next one adopts it', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 0, shared: 1 }) });
  try {
    const first = laboratory.boot();
    const cloning = new Promise<void>((resolve) => {
      first.replicator.events.on('step', ({ upid }) => upid !== null && resolve());
    });
    await laboratory.drive(first.replicator.start().then(() => cloning));
    await laboratory.drive(first.replicator.stop());
    const [step] = await laboratory.store.prisma.replicationStep.findMany();
    expect(step).toMatchObject({ phase: 'CLONING', errorCode: null });

    await laboratory.settle(laboratory.boot());
    expect(countClones(laboratory)).toBe(1);
    const [run] = await laboratory.store.prisma.replicationRun.findMany({ orderBy: { id: 'asc' } });
    expect(run).toMatchObject({ status: 'FINISHED', outcome: 'SUCCEEDED', stepsDone: 1 });
  } finally {
    await laboratory.close();
  }
});

test('a half-made replica is finished when the database that knew of it is gone', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 0 }) });
  try {
    const first = laboratory.boot();
    const migrating = new Promise<void>((resolve) => {
      first.replicator.events.on('step', ({ phase }) => phase === 'MIGRATING' && resolve());
    });
    await laboratory.drive(first.replicator.start().then(() => migrating));
    first.life.kill();
    await laboratory.forgetDatabase();

    await laboratory.settle(laboratory.boot());
    expect(countClones(laboratory)).toBe(1);
    const guests = laboratory.simulator.state().clusters[0]?.guests ?? [];
    expect(
      guests
        .filter(({ template }) => template)
        .map(({ node }) => node)
        .sort(),
    ).toEqual(['pve1', 'pve2']);
  } finally {
    await laboratory.close();
  }
});
