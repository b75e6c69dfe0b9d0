import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import type { Placement } from './reads/place-originals.ts';

const PlacementStatus = builder.enumType('PlacementStatus', {
  description: 'What is the case for an original on a node, as far as the store knows.',
  values: {
    PRESENT: { description: 'The original or a current replica is there.' },
    OUTDATED: { description: 'A replica of an older generation is there.' },
    MISSING: { description: 'Nothing is there, and nothing is known to stand in the way.' },
    BEING_MADE: { description: 'A replica is being made.' },
    FAILED: { description: 'Nothing is there; the last try failed.' },
    NOT_POSSIBLE: { description: 'Nothing is there, and the state of the node says why.' },
  } as const,
});

export const PlacementRef = builder.objectRef<Placement>('Placement').implement({
  description: 'What is the case for an original on one node. A dry run of `replicate` asks Proxmox itself.',
  fields: (t) => ({
    node: t.exposeString('node', { description: 'Name of the node.' }),
    status: t.expose('status', { type: PlacementStatus, description: 'What is the case there.' }),
    vmid: t.exposeInt('vmid', {
      nullable: true,
      description: 'VMID of the guest that is there or is being made.',
    }),
    reasonCode: t.exposeString('reasonCode', { nullable: true, description: 'Why, as a word for programs.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, in words.' }),
  }),
});

builder.prismaObjectField('Template', 'placements', (t) =>
  t.field({
    type: [PlacementRef],
    extensions: alsoReads('Template', 'Node', 'ReplicationStep'),
    select: { id: true, clusterId: true, clusterIp: true, vmid: true, node: true, isReplica: true },
    description:
      'Of an original: every node of its cluster, by name, and whether it is there. Empty for replicas.',
    resolve: (original, _args, { loaders }) => loaders.placements.load(original),
  }),
);
