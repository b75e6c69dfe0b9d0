import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { plainType } from './fields/plain-type.ts';
import { describeField } from './fields/field-read.ts';
import type { Placement } from './reads/place-on-node.ts';
import { placements } from './reads/placements.ts';

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
  extensions: plainType,
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
    select: { id: true },
    extensions: { ...alsoReads('Template', 'Node', 'ReplicationStep'), ...describeField(placements) },
    description:
      'Of an original: every node of its cluster, by name, and whether it is there. Empty for replicas.',
    resolve: ({ id }, _args, { loaders }) => loaders.placements.load(id),
  }),
);
