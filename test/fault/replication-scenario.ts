import type { ReplicationRequest } from '../../src/replication/replicator.ts';
import type { LabServer } from '../replication/support/laboratory.ts';
import { buildWorld, clusterId, machine } from '../replication/support/small-world.ts';
import { audit } from './support/books.ts';
import type { Scenario } from './support/scenario.ts';
import { lies } from './support/spoil.ts';

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
      const wishes = await findLies(replicator);
      const runs = await replicator.request({ trigger: 'COMMAND' });
      for (const wish of wishes) runs.push(...(await replicator.request({ ...wish, trigger: 'COMMAND' })));
      for (const { id } of runs) await replicator.finished(id);
    },
    audit,
  };
}

/**
 * What was refused in words that the spoiler had made up: nothing was wrong, so nothing changes, and somebody has to ask
 * for another try. What people's troubles have refused is tried again without that.
 */
async function findLies(replicator: LabServer['replicator']): Promise<Wish[]> {
  const [answer] = await replicator.plan({ clusterId });
  const refused = (answer?.lines ?? []).filter(({ reasonCode }) => reasonCode === 'REFUSED_BEFORE');
  return refused
    .filter(({ reason = '' }) => lies.some((lie) => reason.includes(lie)))
    .map(({ sourceVmid, targetNode }) => ({ vmids: [sourceVmid], nodes: [targetNode], retry: true }));
}

type Wish = Pick<ReplicationRequest, 'vmids' | 'nodes' | 'retry'>;
