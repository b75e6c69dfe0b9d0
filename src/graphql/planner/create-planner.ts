import { GraphQLError, type DocumentNode, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { KnownOperation, type ReadyPlan } from './known-operation.ts';
import { LeaveAlone } from './marks.ts';

/** Answers queries by SQL that writes the answer, where every field that they select says how it is read. */
export interface Planner {
  /**
   * Answers a query: the whole result as JSON. undefined when it is left alone, as a whole: its resolvers answer it, and
   * tell what is wrong with it.
   */
  answer(request: PlannedRequest): Promise<string | undefined>;
}

/** A query as it was prepared. */
export interface PlannedRequest {
  /** One operation, which is a query, and its fragments. */
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
  /** Whether any number of rows may be asked for. */
  readonly unlimited: boolean;
  /** Gives epoch milliseconds; asked only where the answer depends on it. */
  readonly now: () => number;
}

/** Makes the planner of a server. */
export function createPlanner(schema: GraphQLSchema, store: Store): Planner {
  const known = new WeakMap<DocumentNode, KnownOperation>();
  return {
    answer: async ({ document, variables, unlimited, now }) => {
      let operation = known.get(document);
      if (!operation) known.set(document, (operation = new KnownOperation(document, schema)));
      try {
        const ready = operation.prepare(variables, { target: store, unlimited });
        return ready && (await execute(ready, { store, now }));
      } catch (error) {
        // What is wrong is found again, and told, by the resolvers.
        if (error instanceof LeaveAlone || error instanceof GraphQLError) return undefined;
        throw error;
      }
    },
  };
}

const foundRows = z.custom<readonly Readonly<Record<string, unknown>>[]>(Array.isArray);

async function execute(
  { plan, asked }: ReadyPlan,
  { store, now }: { store: Store; now: () => number },
): Promise<string> {
  const answers = await Promise.all(
    plan.fields.map(async ({ key, statement, write }, place) => {
      const { values, leaves = [] } = asked[place] ?? {};
      const found = statement
        ? await store.prisma.$queryRawUnsafe(statement.text, ...statement.bind(leaves))
        : [];
      return `"${key}":${write(foundRows.parse(found), values)}`;
    }),
  );
  return plan.marks.finish(`{"data":{${answers.join(',')}}}`, now);
}
