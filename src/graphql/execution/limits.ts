import { complexityFromQuery } from '@pothos/plugin-complexity';
import { GraphQLError, Kind, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { RequestError } from '../errors.ts';
import { hideValues } from './hide-values.ts';

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
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
}

/** Refuses an operation that is too deep or too costly with its variables; undefined when it is fine. */
export function checkCost({ schema, document, variables }: WeighedOperation): GraphQLError | undefined {
  try {
    const { depth, complexity } = complexityFromQuery(document, { schema, variables });
    if (depth > limits.depth)
      return tooComplex(`it is ${depth} levels deep, and ${limits.depth} is the limit`);
    if (complexity <= limits.cost) return undefined;
    return tooComplex(
      `it costs ${complexity}, and ${limits.cost} is the limit: ask for smaller pages or fewer fields`,
    );
  } catch (error) {
    // Variables that do not fit their types: execution says so, too, but must not be reached with a cost unknown.
    if (error instanceof GraphQLError) return badInput(error);
    throw error;
  }
}

function tooComplex(reason: string): RequestError {
  return new RequestError('OPERATION_TOO_COMPLEX', `The operation is too complex: ${reason}.`);
}

function badInput(error: GraphQLError): GraphQLError {
  const message = hideValues(error.message);
  return new GraphQLError(message, { nodes: error.nodes, extensions: { code: 'BAD_USER_INPUT' } });
}
