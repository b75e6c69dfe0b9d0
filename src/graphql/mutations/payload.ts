import type { ReplicationRun } from '../../../prisma/generated/sqlite/client.ts';
import { mostUnconfirmed } from '../../replication/confirm-removal.ts';
import { builder } from '../builder.ts';
import { ReplicationRunRef } from '../replication-run.ts';
import { UserError, type Answer } from './user-error.ts';

/** Makes the payload type of a mutation that answers a run. */
export function addRunPayload(name: string, description: string) {
  return builder.objectRef<Answer<ReplicationRun>>(name).implement({
    description,
    fields: (t) => ({
      run: t.field({
        type: ReplicationRunRef,
        nullable: true,
        description: 'The run; null when there are errors.',
        resolve: ({ result }) => result,
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'What the caller can mend; empty when it was done.',
        resolve: ({ userErrors }) => [...userErrors],
      }),
    }),
  });
}

/** The key argument of mutations that must not be done twice. */
export const idempotencyKeyDescription =
  'Any text of the caller of 1 to 200 characters, unique for what is asked: a repeat with the same key within 30 days answers the first result and does nothing again.';

/** The confirmation of mutations that remove guests. */
export function confirmDescription(what: string): string {
  return `The name of ${what}: needed where more than ${mostUnconfirmed} machines or replicas would go.`;
}
