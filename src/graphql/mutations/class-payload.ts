import type { ClassAnswer } from '../../classes/service/class-service.ts';
import { builder } from '../builder.ts';
import { ClassRef } from '../class.ts';
import { ClassPlanRef } from '../class-plan.ts';
import { ReplicationRunRef } from '../replication-run.ts';
import { UserError, type Answer } from './user-error.ts';

/** Makes the payload type of a mutation that answers a class, its plan and its run. */
export function addClassPayload(name: string, description: string) {
  return builder.objectRef<Answer<ClassAnswer>>(name).implement({
    description,
    fields: (t) => ({
      class: t.field({
        type: ClassRef,
        nullable: true,
        description: 'The class as it is now; null when there are errors.',
        resolve: ({ result }) => result?.class,
      }),
      plan: t.field({
        type: ClassPlanRef,
        nullable: true,
        description: 'What is done, or in a dry run would be; null when there are errors.',
        resolve: ({ result }) => result?.plan,
      }),
      run: t.field({
        type: ReplicationRunRef,
        nullable: true,
        description: 'The run that does it; null in a dry run and when nothing has to be done.',
        resolve: ({ result }) => result?.run,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
}

/** Descriptions of the fields that the inputs about classes have in common. */
export const classFields = {
  dryRun: 'Only answer the plan.',
} as const;

/** Leaves out what GraphQL gives as null, so that the service's own defaults hold. */
export function dropNulls<Input extends Record<string, unknown>>(input: Input): WithoutNulls<Input> {
  const kept: Partial<Input> = { ...input };
  for (const key in kept) if (kept[key] === null) delete kept[key];
  if (hasNoNulls(kept)) return kept;
  throw new TypeError('an input has a null that was dropped');
}

type WithoutNulls<Input> = { [Key in keyof Input]: Exclude<Input[Key], null> };

/** Required fields are never null in GraphQL, so only optional ones are missing from what is left. */
function hasNoNulls<Input>(input: Partial<Input>): input is Partial<Input> & WithoutNulls<Input> {
  return Object.values(input).every((value) => value !== null);
}
