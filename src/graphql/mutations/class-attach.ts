import type { ClassMachine } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { ClassMachineRef } from '../class.ts';
import { MachineRole } from '../enums.ts';
import { classKey, readClassInput } from './class-key.ts';
import { answerMutation, requireClasses, UserError, type Answer } from './user-error.ts';

const AttachClassMachineInput = builder.inputType('AttachClassMachineInput', {
  description: 'Which machine is to belong to which class.',
  fields: (t) => ({
    id: t.id({ description: classKey.id }),
    classId: t.int({ description: classKey.classId }),
    vmid: t.int({ required: true, description: 'VMID of the machine, in the cluster of the class.' }),
    role: t.field({
      type: MachineRole,
      defaultValue: 'STUDENT',
      description: 'Whose machine it is.',
    }),
    assignedTo: t.string({ description: 'Who works on it.' }),
  }),
});

const AttachClassMachinePayload = builder
  .objectRef<Answer<ClassMachine>>('AttachClassMachinePayload')
  .implement({
    description: 'The machine as it was attached.',
    fields: (t) => ({
      machine: t.field({
        type: ClassMachineRef,
        nullable: true,
        description: 'The machine; null when there are errors.',
        resolve: ({ result }) => result,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

builder.mutationField('attachClassMachine', (t) =>
  t.field({
    type: AttachClassMachinePayload,
    args: {
      input: t.arg({ type: AttachClassMachineInput, required: true, description: 'Which machine.' }),
    },
    description: 'Books a machine that somebody else made for a class. `deleteClass` leaves it.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () => requireClasses(context).attachMachine(readClassInput(input))),
  }),
);
