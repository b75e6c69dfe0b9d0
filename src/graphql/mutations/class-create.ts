import type { Class } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ClassRef } from '../class.ts';
import { dropNulls } from './class-payload.ts';
import { answerMutation, requireClasses, UserError, type Answer } from './user-error.ts';

const VmidRangeInput = builder.inputType('VmidRangeInput', {
  description: 'VMIDs from the first to the last, both included.',
  fields: (t) => ({
    first: t.int({ required: true, description: 'The lowest VMID, at least 100.' }),
    last: t.int({ required: true, description: 'The highest VMID.' }),
  }),
});

const CreateClassInput = builder.inputType('CreateClassInput', {
  description: 'What a class is to be like.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name of the class.' }),
    teacher: t.string({ description: 'Who teaches it.' }),
    description: t.string({ description: 'What it is about.' }),
    clusterId: t.string({ required: true, description: 'Id of the clusters file.' }),
    sourceVmid: t.int({ required: true, description: 'VMID of the original that it is made from.' }),
    nodes: t.stringList({ description: 'Nodes that may hold students; all when absent.' }),
    pool: t.string({ description: 'Pool of its machines in Proxmox; it must exist.' }),
    tags: t.stringList({ description: 'Tags of its machines in Proxmox.' }),
    namePattern: t.string({
      description: "Names of students' machines; <class>, <teacher>, <n>, <nn> and <nnn> are put in.",
    }),
    vmids: t.field({
      type: VmidRangeInput,
      description: 'VMIDs of its guests; the first free hundreds from 10000 on when absent.',
    }),
    students: t.int({ description: 'How many students it will have; 30 when absent.' }),
    teacherMachine: t.boolean({ description: 'Whether the teacher gets a machine; true when absent.' }),
    storage: t.string({
      description: "Storage of the teacher's machine and the bases; the original's when absent.",
    }),
    snapshot: t.string({ description: "Name of a snapshot that each student's machine begins with." }),
    start: t.boolean({ description: "Whether students' machines are started at once; false when absent." }),
    allowFullClones: t.boolean({
      description: 'Whether machines may be full copies where the storage can not make linked clones.',
    }),
  }),
});

const CreateClassPayload = builder.objectRef<Answer<Class>>('CreateClassPayload').implement({
  description: 'The new class.',
  fields: (t) => ({
    class: t.field({
      type: ClassRef,
      nullable: true,
      description: 'The class; null when there are errors.',
      resolve: ({ result }) => result,
    }),
    userErrors: t.field({
      type: [UserError],
      description: 'What the caller can mend; empty when it was done.',
      resolve: ({ userErrors }) => [...userErrors],
    }),
  }),
});

builder.mutationField('createClass', (t) =>
  t.field({
    type: CreateClassPayload,
    args: { input: t.arg({ type: CreateClassInput, required: true, description: 'The class.' }) },
    description:
      'Books a class and gives it a range of VMIDs. Nothing is made in Proxmox before `deployClass`.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireClasses(context).createClass(dropNulls(input))),
  }),
);
