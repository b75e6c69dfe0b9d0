import type { KeptReplica, ReplicaRemoval } from '../replication/replicator.ts';
import { builder } from './builder.ts';

const RemovalCause = builder.enumType('RemovalCause', {
  description: 'Why a replica is to go.',
  values: {
    REPLACED: { description: 'A newer one is on its node, or will be when the plan is carried out.' },
    ORPHANED: { description: 'Its original is gone, and the policy removes such replicas.' },
    REQUESTED: { description: 'Somebody asks for it.' },
  } as const,
});

const texts = {
  vmid: 'Its VMID.',
  name: 'Name in Proxmox.',
  node: 'The node it is on.',
  sourceVmid: 'VMID of its original.',
  why: 'Why it is to go.',
} as const;

export const ReplicaRemovalRef = builder.objectRef<ReplicaRemoval>('ReplicaRemoval').implement({
  description: 'A replica that is removed.',
  fields: (t) => ({
    vmid: t.exposeInt('vmid', { description: texts.vmid }),
    name: t.exposeString('name', { description: texts.name }),
    node: t.exposeString('node', { description: texts.node }),
    sourceVmid: t.exposeInt('sourceVmid', { description: texts.sourceVmid }),
    why: t.expose('why', { type: RemovalCause, description: texts.why }),
  }),
});

export const KeptReplicaRef = builder.objectRef<KeptReplica>('KeptReplica').implement({
  description: 'A replica that is to be removed and stays for now.',
  fields: (t) => ({
    vmid: t.exposeInt('vmid', { description: texts.vmid }),
    name: t.exposeString('name', { description: texts.name }),
    node: t.exposeString('node', { description: texts.node }),
    sourceVmid: t.exposeInt('sourceVmid', { description: texts.sourceVmid }),
    why: t.expose('why', { type: RemovalCause, description: texts.why }),
    reasonCode: t.exposeString('reasonCode', {
      description: 'What stands in the way, as a word for programs, for example PROTECTED.',
    }),
    reason: t.exposeString('reason', { description: 'What stands in the way and what to do, in words.' }),
  }),
});
