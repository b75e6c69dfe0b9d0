import type { Template } from '../../../prisma/generated/sqlite/client.ts';
import { builder } from '../builder.ts';
import { TemplateRef } from '../template.ts';
import { classKey, readClassInput } from './class-key.ts';
import { answerMutation, requireClasses, UserError, type Answer } from './user-error.ts';

const RegisterClassTemplateInput = builder.inputType('RegisterClassTemplateInput', {
  description: 'Which template is the base of which class. The same input again changes nothing.',
  fields: (t) => ({
    id: t.id({ description: classKey.id }),
    classId: t.int({ description: classKey.classId }),
    clusterId: t.string({ required: true, description: 'Id of the clusters file.' }),
    vmid: t.int({ required: true, description: 'VMID of the base template.' }),
    sourceVmid: t.int({ required: true, description: 'VMID of the original that it was cloned from.' }),
    node: t.string({ required: true, description: 'Name of the node that it is on.' }),
    name: t.string({
      description: 'Name in Proxmox; made from the name of the class when absent and not known.',
    }),
    writeMarker: t.boolean({
      defaultValue: false,
      description:
        "Also write the lineage into the template's description in Proxmox, so that a lost database can be rebuilt.",
    }),
    dryRun: t.boolean({ defaultValue: false, description: 'Only check the input.' }),
  }),
});

const RegisterClassTemplatePayload = builder
  .objectRef<Answer<Template | null>>('RegisterClassTemplatePayload')
  .implement({
    description: 'The base template as it was registered.',
    fields: (t) => ({
      template: t.field({
        type: TemplateRef,
        nullable: true,
        description: 'The template; null in a dry run and when there are errors.',
        resolve: ({ result }) => result,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });

builder.mutationField('registerClassTemplate', (t) =>
  t.field({
    type: RegisterClassTemplatePayload,
    args: {
      input: t.arg({
        type: RegisterClassTemplateInput,
        required: true,
        description: 'Which template and class.',
      }),
    },
    description:
      'Records that a template is the base template of a class. Nothing is changed in Proxmox, unless writeMarker says so.',
    resolve: (_parent, { input }, context) =>
      answerMutation(() => requireClasses(context).registerClassTemplate(readClassInput(input))),
  }),
);
