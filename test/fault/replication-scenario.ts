import { buildWorld, machine } from '../replication/support/small-world.ts';
import { audit } from './support/books.ts';
import type { Scenario } from './support/scenario.ts';

const mebibyte = 1024 ** 2;

/**
 * One template on local storage and one on shared storage, two nodes, and machines of others, one of which bears a
 * replica's name.
 */
export function replicationScenario(): Scenario {
  const impostor = machine(201, 'pve2', 'template-9000-replica');
  const foreign = [machine(200, 'pve1'), impostor];
  return {
    name: 'replication',
    world: buildWorld({ nodes: 2, local: 1, shared: 1, bytes: 40 * mebibyte, cloudinit: true, foreign }),
    ask: async ({ replicator }) => {
      const runs = await replicator.request({ trigger: 'COMMAND' });
      for (const { id } of runs) await replicator.finished(id);
    },
    audit,
  };
}
