import type { WorldInput } from '../../src/simulator/world.ts';
import { buildTemplate, clusterId, password, user } from '../../test/replication/support/small-world.ts';

export const gibibyte = 1024 ** 3;

/** Bytes a second: an NVMe disk in each node, and 25-gigabit Ethernet between them. */
export const diskBandwidth = 2 * gibibyte;
export const linkBandwidth = 3_125_000_000;

/** Twelve templates of 2 to 64 GiB, and the node each of them lies on: the largest first, each on the emptiest node. */
export const templates = [
  { gib: 64, node: 1 },
  { gib: 64, node: 2 },
  { gib: 48, node: 3 },
  { gib: 48, node: 4 },
  { gib: 32, node: 5 },
  { gib: 32, node: 6 },
  { gib: 24, node: 7 },
  { gib: 16, node: 8 },
  { gib: 16, node: 8 },
  { gib: 8, node: 7 },
  { gib: 4, node: 5 },
  { gib: 2, node: 6 },
] as const;

export const nodeCount = 8;

/** Eight nodes with local storage only. */
export function buildBenchWorld(): WorldInput {
  return {
    clusters: [
      {
        id: clusterId,
        name: clusterId,
        nodes: Array.from({ length: nodeCount }, (_, index) => ({
          name: `pve${index + 1}`,
          bandwidth: linkBandwidth,
        })),
        storages: [
          { id: 'data', type: 'dir', content: ['images'], total: 8000 * gibibyte, bandwidth: diskBandwidth },
        ],
        users: [{ id: user, password }],
        acl: [{ path: '/', type: 'user', id: user, role: 'Administrator' }],
        guests: templates.map(({ gib, node }, index) =>
          buildTemplate(9000 + index, `pve${node}`, {
            storage: 'data',
            bytes: gib * gibibyte,
            size: gib * gibibyte,
          }),
        ),
      },
    ],
  };
}
