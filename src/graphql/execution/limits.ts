import { complexityFromQuery } from '@pothos/plugin-complexity';
import { GraphQLError, Kind, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { RequestError } from '../errors.ts';
import { tellFault, type FaultTelling } from './tell-fault.ts';

/** What one request may ask for. */
export const limits = {
  /** Levels of fields. */
  depth: 10,
  aliases: 15,
  /** Words and signs of a document. */
  tokens: 1000,
  /** Fields, each counted as often as it can occur: the size of a page multiplies what is below it. */
  cost: 5000,
} as const;

/** Refuses a document with too many aliases; undefined when it is fine. */
export function checkAliases(document: DocumentNode): GraphQLError | undefined {
  let aliases = 0;
  visit(document, {
    [Kind.FIELD]: (field) => {
      if (field.alias) aliases += 1;
    },
  });
  if (aliases <= limits.aliases) return undefined;
  return tooComplex(`it has ${aliases} aliases, and ${limits.aliases} is the limit`);
}

/** What is weighed: a document of one operation (and its fragments) with its variables. */
export interface WeighedOperation {
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
}

/** Refuses an operation that is too deep or too costly with its variables; undefined when it is fine. */
export type CheckCost = (weighed: WeighedOperation) => GraphQLError | undefined;

/**
 * Makes the check of costs. Of the variables only those that say how long a page is matter, so an operation is weighed
 * once for each of their values.
 */
export function createCostCheck(schema: GraphQLSchema, telling: FaultTelling): CheckCost {
  const known = new WeakMap<DocumentNode, KnownCosts>();
  return ({ document, variables }) => {
    let costs = known.get(document);
    if (!costs)
      known.set(document, (costs = { pageVariables: listPageVariables(document), errors: new Map() }));
    const key = writeLengths(costs.pageVariables.map((name) => variables[name]));
    const found = key === undefined ? undefined : costs.errors.get(key);
    if (found !== undefined) return found ?? undefined;
    try {
      const error = judge(complexityFromQuery(document, { schema, variables }));
      if (key !== undefined && costs.errors.size < maxKnownCosts) costs.errors.set(key, error ?? null);
      return error;
    } catch (error) {
      // Variables that do not fit their types: execution says so, too, but must not be reached with a cost unknown.
      if (error instanceof GraphQLError) return badInput(error, telling);
      throw error;
    }
  };
}

interface KnownCosts {
  readonly pageVariables: readonly string[];
  /** By the values of those variables; null when there is no error. */
  readonly errors: Map<string, GraphQLError | null>;
}

/** Lengths of pages as a text; undefined when one of them is no length, but whatever else a client may send. */
function writeLengths(values: readonly unknown[]): string | undefined {
  const areLengths = values.every(
    (value) => typeof value === 'number' || value === null || value === undefined,
  );
  return areLengths ? values.map(String).join() : undefined;
}

/** Lengths of pages that are remembered of one document. */
const maxKnownCosts = 200;

function listPageVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    [Kind.ARGUMENT]: ({ name, value }) => {
      if (value.kind === Kind.VARIABLE && (name.value === 'first' || name.value === 'last'))
        names.add(value.name.value);
    },
  });
  return [...names];
}

function judge({ depth, complexity }: { depth: number; complexity: number }): GraphQLError | undefined {
  if (depth > limits.depth) return tooComplex(`it is ${depth} levels deep, and ${limits.depth} is the limit`);
  if (complexity <= limits.cost) return undefined;
  return tooComplex(
    `it costs ${complexity}, and ${limits.cost} is the limit: ask for smaller pages or fewer fields`,
  );
}

function tooComplex(reason: string): RequestError {
  return new RequestError('OPERATION_TOO_COMPLEX', `The operation is too complex: ${reason}.`);
}

function badInput(error: GraphQLError, telling: FaultTelling): GraphQLError {
  const message = tellFault(error.message, telling);
  return new GraphQLError(message, { nodes: error.nodes, extensions: { code: 'BAD_USER_INPUT' } });
}
