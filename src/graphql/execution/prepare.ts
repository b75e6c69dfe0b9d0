import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { RequestError } from '../errors.ts';
import { findModels } from './find-models.ts';
import { tellFault } from './tell-fault.ts';
import { checkAliases, limits } from './limits.ts';

/** One operation that may be executed. */
export interface PreparedOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The operation and all fragments, without other operations. */
  readonly document: DocumentNode;
  /** The tables that its answers are read from, by Prisma's names. */
  readonly models: readonly string[];
}

/** A document that was read and checked against the schema. */
export type PreparedDocument =
  | { readonly errors: readonly GraphQLError[] }
  | { readonly document: DocumentNode; readonly operations: ReadonlyMap<string, PreparedOperation> };

/** How documents are prepared. */
export interface PrepareOptions {
  readonly schema: GraphQLSchema;
  /** Whether clients may ask for the schema; without it, error messages tell no names either. */
  readonly introspection: boolean;
}

/** How many prepared documents are kept. */
const mostDocuments = 1000;
/** Characters of all kept documents together: what is read of them takes about a hundred times as much memory. */
const mostCharacters = 200_000;
/** Longer documents are not kept, characters: people's are shorter. */
const longestKept = 10_000;
/** How many refused documents are kept, with why, and the characters of all of them together. */
const mostRefused = 200;
const mostCharactersRefused = 100_000;
/** Errors that are told of one document. */
const maxErrors = 20;

/** Makes the function that prepares documents; it remembers what it prepared. */
export function createPreparer(options: PrepareOptions): (source: string) => PreparedDocument {
  const kept = new LRUCache<string, PreparedDocument>({
    max: mostDocuments,
    maxSize: mostCharacters,
    maxEntrySize: longestKept,
    sizeCalculation: sizeOf,
  });
  // Apart, so that nobody pushes out what others ask for by sending nonsense.
  const refused = new LRUCache<string, PreparedDocument>({
    max: mostRefused,
    maxSize: mostCharactersRefused,
    maxEntrySize: longestKept,
    sizeCalculation: sizeOf,
  });
  return (source) => {
    const known = kept.get(source) ?? refused.get(source);
    if (known) return known;
    const prepared = prepare(source, options);
    ('errors' in prepared ? refused : kept).set(source, prepared);
    return prepared;
  };
}

/** Nothing that is kept has the size 0, the empty document neither. */
function sizeOf(_prepared: PreparedDocument, source: string): number {
  return Math.max(1, source.length);
}

/**
 * Picks the operation that is to be executed.
 *
 * @throws {RequestError} BAD_USER_INPUT when the name does not say which one.
 */
export function selectOperation(
  operations: ReadonlyMap<string, PreparedOperation>,
  name: string | undefined,
): PreparedOperation {
  if (name !== undefined) {
    const operation = operations.get(name);
    if (operation) return operation;
    throw new RequestError('BAD_USER_INPUT', `The document has no operation named ${JSON.stringify(name)}.`);
  }
  const [first, ...others] = operations.values();
  if (!first) throw new RequestError('BAD_USER_INPUT', 'The document has no operation.');
  if (others.length === 0) return first;
  throw new RequestError(
    'BAD_USER_INPUT',
    'The document has several operations: say which one by operationName.',
  );
}

function prepare(source: string, { schema, introspection }: PrepareOptions): PreparedDocument {
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: limits.tokens, noLocation: false });
  } catch (error) {
    if (error instanceof GraphQLError)
      return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED', introspection)] };
    throw error;
  }
  const tooMany = checkAliases(document);
  if (tooMany) return { errors: [tooMany] };
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const errors = validate(schema, document, rules, { maxErrors, hideSuggestions: !introspection });
  if (errors.length > 0)
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED', introspection)) };
  return { document, operations: splitOperations(document, schema) };
}

function splitOperations(document: DocumentNode, schema: GraphQLSchema): Map<string, PreparedOperation> {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  return new Map(
    operations.map((operation) => {
      const single = { ...document, definitions: [operation, ...fragments] };
      const models = findModels(schema, single);
      return [operation.name?.value ?? '', { kind: operation.operation, document: single, models }];
    }),
  );
}

function withCode(error: GraphQLError, code: string, names: boolean): GraphQLError {
  return new GraphQLError(tellFault(error.message, { names }), {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
