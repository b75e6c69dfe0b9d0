import type { WorldInput } from '../../../src/simulator/world.ts';
import { buildWorld, machine } from '../../replication/support/small-world.ts';

/** What a server is to bring about in a fault run, and in which world. */
export interface Scenario {
  name: string;
  world: WorldInput;
}

const mebibyte = 1024 ** 2;

/**
 * One template on local storage and one on shared storage, two nodes, and machines of others: one that bears a replica's
 * name, and one that inherited a replica's marker which names another guest.
 */
export function replicationScenario(): Scenario {
  const impostor = machine(201, 'pve2', 'template-9000-replica');
  const world = buildWorld({
    nodes: 2,
    local: 1,
    shared: 1,
    bytes: 400 * mebibyte,
    foreign: [machine(200, 'pve1'), impostor],
  });
  return { name: 'replication', world };
}
