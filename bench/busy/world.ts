import type { WorldInput } from '../../src/simulator/world.ts';
import { buildTemplate, clusterId, password, user } from '../../test/replication/support/small-world.ts';

const gibibyte = 1024 ** 3;
const nodes = Array.from({ length: 32 }, (_, index) => `pve${index + 1}`);
const templates = 8;

/** Steps that a run over the whole world has: each template is on one node and wanted on all others. */
export const stepsOfRun = templates * (nodes.length - 1);

/** Thirty-two nodes with local storage only and eight templates; a copy takes about a minute. */
export function buildBusyWorld(): WorldInput {
  return {
    clusters: [
      {
        id: clusterId,
        name: clusterId,
        nodes: nodes.map((name) => ({ name })),
        storages: [
          { id: 'data', type: 'dir', content: ['images'], total: 8000 * gibibyte, bandwidth: gibibyte },
        ],
        users: [{ id: user, password }],
        acl: [{ path: '/', type: 'user', id: user, role: 'Administrator' }],
        guests: Array.from({ length: templates }, (_, index) =>
          buildTemplate(9000 + index, nodes[index] ?? 'pve1', {
            storage: 'data',
            bytes: 32 * gibibyte,
            size: 32 * gibibyte,
          }),
        ),
      },
    ],
  };
}
