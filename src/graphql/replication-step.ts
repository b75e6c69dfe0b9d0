import { builder } from './builder.ts';
import { describeField } from './fields/field-read.ts';
import { belongsTo } from './fields/related.ts';
import { GuestKind, StepKind, StepPhase } from './enums.ts';
import { readRowId } from './row-id.ts';

export const ReplicationStepRef = builder.prismaNode('ReplicationStep', {
  nullable: true,
  description: 'One guest to be made or removed by a run.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the step.' }),
    kind: t.expose('kind', { type: StepKind, description: 'What it makes or removes.' }),
    guestKind: t.expose('guestKind', { type: GuestKind, description: 'Virtual machine or container.' }),
    phase: t.expose('phase', { type: StepPhase, description: 'Where it is.' }),
    name: t.exposeString('name', { description: 'Name of the guest.' }),
    vmid: t.exposeInt('vmid', {
      nullable: true,
      description: 'VMID of the guest; null until it is claimed.',
    }),
    sourceVmid: t.int({
      nullable: true,
      description:
        'VMID of the original (or class base) it is made from; null until that is made, and for machines to be removed.',
      select: { sourceVmid: true },
      extensions: describeField({ kind: 'column', column: 'sourceVmid', none: 0 }),
      resolve: ({ sourceVmid }) => (sourceVmid === 0 ? null : sourceVmid),
    }),
    sourceNode: t.exposeString('sourceNode', { nullable: true, description: 'Node of that original.' }),
    copyVmid: t.exposeInt('copyVmid', {
      nullable: true,
      description: 'VMID of the guest whose bytes are copied.',
    }),
    copyNode: t.exposeString('copyNode', {
      nullable: true,
      description: 'Node of the guest whose bytes are copied.',
    }),
    targetNode: t.exposeString('targetNode', { description: 'Node where the guest will be.' }),
    targetStorage: t.exposeString('targetStorage', {
      nullable: true,
      description: 'Storage of its disks; null where they keep the storages of the source.',
    }),
    way: t.exposeString('way', {
      description: 'How it is made, for example SHARED_TARGET or LOCAL_MIGRATE.',
    }),
    upid: t.exposeString('upid', { nullable: true, description: 'The Proxmox task that is under way.' }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried.' }),
    notBefore: t.expose('notBefore', {
      type: 'DateTime',
      nullable: true,
      description: 'Not tried again before.',
    }),
    errorCode: t.exposeString('errorCode', {
      nullable: true,
      description: 'Why it failed last, as a word for programs.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why it failed last, in one sentence.',
    }),
    errorDetail: t.exposeString('errorDetail', {
      nullable: true,
      description:
        'All that was said about that failure: the task and the end of its log, as Proxmox wrote it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was planned.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it began.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    run: t.relation('run', { ...belongsTo('run'), description: 'The run it belongs to.' }),
  }),
});
