import { builder } from '../builder.ts';
import { classKey, readClassInput } from './class-key.ts';
import { addClassPayload, classFields } from './class-payload.ts';
import { confirmDescription, idempotencyKeyDescription } from './payload.ts';
import { answerMutation, requireClasses } from './user-error.ts';

const ResetStudentInput = builder.inputType('ResetStudentInput', {
  description: "Which students' machines are made anew.",
  fields: (t) => ({
    id: t.id({ description: classKey.id }),
    classId: t.int({ description: classKey.classId }),
    numbers: t.intList({ required: true, description: 'Numbers of the students.' }),
    refreshBase: t.boolean({
      defaultValue: false,
      description: 'From a base of the original as it is now; such a base is made where there is none.',
    }),
    confirm: t.string({ description: confirmDescription('the class') }),
    dryRun: t.boolean({ defaultValue: false, description: classFields.dryRun }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const DeleteClassInput = builder.inputType('DeleteClassInput', {
  description: 'Which class is to be deleted.',
  fields: (t) => ({
    id: t.id({ description: classKey.id }),
    classId: t.int({ description: classKey.classId }),
    confirm: t.string({ description: confirmDescription('the class') }),
    dryRun: t.boolean({ defaultValue: false, description: classFields.dryRun }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const ResetStudentPayload = addClassPayload('ResetStudentPayload', 'The class with the new machines.');
const DeleteClassPayload = addClassPayload('DeleteClassPayload', 'The class that is deleted.');

builder.mutationFields((t) => ({
  resetStudent: t.field({
    type: ResetStudentPayload,
    args: { input: t.arg({ type: ResetStudentInput, required: true, description: 'Which students.' }) },
    description:
      "Replaces students' machines by fresh ones without touching the others. The old one goes when the new one is there.",
    resolve: (_parent, { input }, context) =>
      answerMutation(async () =>
        requireClasses(context).resetStudent({ ...readClassInput(input), trigger: context.trigger }),
      ),
  }),
  deleteClass: t.field({
    authScopes: { admin: true },
    type: DeleteClassPayload,
    args: { input: t.arg({ type: DeleteClassInput, required: true, description: 'Which class.' }) },
    description:
      'Removes what was made for a class, children before bases. The original and what others attached stay.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () =>
        requireClasses(context).deleteClass({ ...readClassInput(input), trigger: context.trigger }),
      ),
  }),
}));
