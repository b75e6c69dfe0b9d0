import { builder } from '../builder.ts';
import { classKey, readClassInput } from './class-key.ts';
import { addClassPayload, classFields } from './class-payload.ts';
import { idempotencyKeyDescription } from './payload.ts';
import { answerMutation, requireClasses } from './user-error.ts';

const DeployClassInput = builder.inputType('DeployClassInput', {
  description: 'Which class is to be deployed.',
  fields: (t) => ({
    id: t.id({ description: classKey.id }),
    classId: t.int({ description: classKey.classId }),
    students: t.int({
      description: 'How many students it is to have; what was said before when absent.',
    }),
    allowFullClones: t.boolean({
      description: 'Whether machines may be full copies; what was said before when absent.',
    }),
    dryRun: t.boolean({ defaultValue: false, description: classFields.dryRun }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const AddStudentsInput = builder.inputType('AddStudentsInput', {
  description: 'How many students a class is to have more.',
  fields: (t) => ({
    id: t.id({ description: classKey.id }),
    classId: t.int({ description: classKey.classId }),
    count: t.int({ required: true, description: 'How many more, at least 1.' }),
    dryRun: t.boolean({ defaultValue: false, description: classFields.dryRun }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const DeployClassPayload = addClassPayload('DeployClassPayload', 'The class that is deployed.');
const AddStudentsPayload = addClassPayload('AddStudentsPayload', 'The class that gets more students.');

builder.mutationFields((t) => ({
  deployClass: t.field({
    type: DeployClassPayload,
    args: { input: t.arg({ type: DeployClassInput, required: true, description: 'Which class.' }) },
    description:
      "Makes what is missing of a class: base templates, the teacher's machine, and students' machines as linked clones. Asking again mends a class.",
    resolve: (_parent, { input }, context) =>
      answerMutation(async () =>
        requireClasses(context).deployClass({ ...readClassInput(input), trigger: context.trigger }),
      ),
  }),
  addStudents: t.field({
    type: AddStudentsPayload,
    args: { input: t.arg({ type: AddStudentsInput, required: true, description: 'Which class.' }) },
    description: 'Makes machines for more students.',
    resolve: (_parent, { input }, context) =>
      answerMutation(async () =>
        requireClasses(context).addStudents({ ...readClassInput(input), trigger: context.trigger }),
      ),
  }),
}));
