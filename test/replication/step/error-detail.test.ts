import { expect, test } from 'vitest';
import { createLaboratory } from '../support/laboratory.ts';
import { buildWorld, clusterId } from '../support/small-world.ts';

const message =
  "storage migration for 'data:100/vm-100-disk-0.qcow2' failed - no such logical volume pve/data";

test('the step keeps the whole end of the failed log, also once the guest was taken back; a step that is done keeps none', async () => {
  const laboratory = await createLaboratory({ world: buildWorld({ nodes: 2, local: 1, shared: 0 }) });
  try {
    const fault = { kind: 'migration-breaks', when: 'early', message } as const;
    const { fault: id } = await laboratory.simulator.control({ do: 'fault-on', cluster: clusterId, fault });
    const server = laboratory.boot();
    await laboratory.settle(server);
    const [failed] = await laboratory.store.prisma.replicationStep.findMany();
    expect(failed).toMatchObject({ phase: 'FAILED', vmid: null });
    expect(failed?.errorDetail).toMatch(/^UPID:pve1:.*:qmigrate:100:.* ended with: migration aborted\n/);
    expect(failed?.errorDetail).toContain("starting migration of VM 100 to node 'pve2'");
    expect(failed?.errorDetail).toContain(`ERROR: migration aborted (duration 00:00:01): ${message}`);
    await laboratory.simulator.control({ do: 'fault-off', cluster: clusterId, id });
    const retry = server.replicator.request({ clusterId, trigger: 'COMMAND', retry: true });
    const [run] = (await laboratory.drive(retry)) ?? [];
    await laboratory.drive(server.replicator.finished(run?.id ?? 0));
    const done = await laboratory.store.prisma.replicationStep.findFirstOrThrow({ orderBy: { id: 'desc' } });
    expect(done).toMatchObject({ phase: 'DONE', errorMessage: null, errorDetail: null });
  } finally {
    await laboratory.close();
  }
});
