import { GraphQLError, type DocumentNode, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { KeptFacts } from './kept-facts.ts';
import { KnownOperation, type ReadyPlan } from './known-operation.ts';
import { LeaveAlone } from './marks.ts';
import type { PlannedField } from './plan-operation.ts';
import type { Found } from './root-plan.ts';

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
  /** Where it is read, and for whom. */
  readonly store: Store;
  /** Whether any number of rows may be asked for. */
  readonly unlimited: boolean;
  /** Gives epoch milliseconds; asked only where the answer depends on it. */
  readonly now: () => number;
}

/** Makes the planner of a server. */
export function createPlanner(schema: GraphQLSchema, kept: Pick<Store, 'revision' | 'tables'>): Planner {
  const known = new WeakMap<DocumentNode, KnownOperation>();
  const facts = new KeptFacts(kept);
  return {
    answer: async ({ document, variables, store, unlimited, now }) => {
      let operation = known.get(document);
      if (!operation) known.set(document, (operation = new KnownOperation(document, schema)));
      try {
        const ready = operation.prepare(variables, { target: store, unlimited });
        return ready && (await execute(ready, { store, facts, now }));
      } catch (error) {
        // What is wrong is found again, and told, by the resolvers.
        if (error instanceof LeaveAlone || error instanceof GraphQLError) return undefined;
        throw error;
      }
    },
  };
}

const foundRows = z.custom<readonly Found[]>(Array.isArray);

/** What a plan is executed with. */
interface Execution {
  readonly store: Store;
  readonly facts: KeptFacts;
  readonly now: () => number;
}

async function execute({ plan, asked }: ReadyPlan, execution: Execution): Promise<string> {
  const answers = await Promise.all(
    plan.fields.map(async (field, place) => {
      const { values, leaves = [] } = asked[place] ?? {};
      return `"${field.key}":${field.write(await read(field, leaves, execution), values)}`;
    }),
  );
  return plan.marks.finish(`{"data":{${answers.join(',')}}}`, execution.now);
}

async function read(
  { statement, keep }: PlannedField,
  leaves: readonly unknown[],
  { store, facts }: Execution,
): Promise<readonly Found[]> {
  if (!statement) return [];
  const values = statement.bind(leaves);
  const ask = async () => foundRows.parse(await store.prisma.$queryRawUnsafe(statement.text, ...values));
  return keep ? facts.read(`${statement.text}${JSON.stringify(values)}`, keep, ask) : ask();
}
