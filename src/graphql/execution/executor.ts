import { execute, subscribe, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from '../../log/logger.ts';
import type { Clock } from '../../time/clock.ts';
import { askTime, type GraphqlContext } from '../context.ts';
import type { Planner } from '../planner/create-planner.ts';
import { RequestError } from '../errors.ts';
import { createDeadlines, type Deadlines } from './deadlines.ts';
import { createCostCheck, type CheckCost } from './limits.ts';
import { maskError } from './mask.ts';
import { createPreparer, selectOperation, type PreparedDocument, type PreparedOperation } from './prepare.ts';

/** Longest time that an operation may take, milliseconds. Mutations may have to wait for Proxmox, queries never do. */
export const timeLimits = { query: 10_000, mutation: 60_000 } as const;

/** What an operation needs besides its document. */
export interface ExecuteOptions {
  readonly variables: Record<string, unknown>;
  readonly context: GraphqlContext;
  /** Ends the work when it is aborted: the client has gone. */
  readonly signal?: AbortSignal;
}

/** What came of a query or mutation: the whole result as JSON where the planner wrote it, else the result. */
export type Answer = { readonly json: string } | { readonly result: ExecutionResult };

/** Executes operations against the schema. */
export interface Executor {
  readonly schema: GraphQLSchema;
  /** Reads and checks a document: it, or the errors that forbid it. */
  read(source: string): PreparedDocument;
  /**
   * Reads, checks and picks an operation. The answer is either the operation or the errors that forbid it.
   */
  prepare(
    source: string,
    operationName?: string,
  ): PreparedOperation | { readonly errors: readonly GraphQLError[] };
  /**
   * Answers a query or mutation. The planner is asked first; what it leaves alone is resolved field by field. Errors are
   * in the result, masked.
   */
  execute(operation: PreparedOperation, options: ExecuteOptions): Promise<Answer>;
  /** Starts a subscription: its results, or one result with the errors that forbid it. */
  subscribe(
    operation: PreparedOperation,
    options: ExecuteOptions,
  ): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
}

/** What an executor is made of. */
export interface ExecutorOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Answers queries by SQL; without it all are resolved field by field. */
  readonly planner?: Planner;
}

/** What the work on an operation needs. */
interface Workshop extends ExecutorOptions {
  readonly deadlines: Deadlines;
  readonly checkCost: CheckCost;
}

/** Makes the executor of a server. */
export function createExecutor(given: ExecutorOptions): Executor {
  const { schema, introspection } = given;
  const options: Workshop = {
    ...given,
    deadlines: createDeadlines(given.clock),
    checkCost: createCostCheck(schema, { names: introspection }),
  };
  const prepare = createPreparer({ schema, introspection });
  return {
    schema,
    read: prepare,
    prepare: (source, operationName) => {
      const prepared = prepare(source);
      if ('errors' in prepared) return { errors: prepared.errors };
      try {
        return selectOperation(prepared.operations, operationName);
      } catch (error) {
        if (error instanceof RequestError) return { errors: [error] };
        throw error;
      }
    },
    execute: (operation, request) => answerOperation(operation, request, options),
    subscribe: (operation, request) => startSubscription(operation, request, options),
  };
}

async function answerOperation(
  operation: PreparedOperation,
  request: ExecuteOptions,
  options: Workshop,
): Promise<Answer> {
  const refused = refuseCost(operation, request, options);
  if (refused) return { result: refused };
  const { planner } = options;
  if (planner && operation.kind === 'query') {
    const planned = await askPlanner(planner, { operation, request, options });
    if (planned) return planned;
  }
  return { result: await resolveOperation(operation, request, options) };
}

/** undefined where the resolvers are to answer. */
async function askPlanner(
  planner: Planner,
  {
    operation: { document },
    request: { variables, context },
    options: { deadlines, logger },
  }: { operation: PreparedOperation; request: ExecuteOptions; options: Workshop },
): Promise<Answer | undefined> {
  const late = Promise.withResolvers<never>();
  const release = deadlines.watch(timeLimits.query, () => late.reject(tookTooLong(timeLimits.query)));
  try {
    const { unlimited } = context;
    const work = planner.answer({
      document,
      variables,
      store: context.store,
      unlimited,
      now: () => askTime(context),
    });
    const json = await Promise.race([work, late.promise]);
    return json === undefined ? undefined : { json };
  } catch (error) {
    if (error instanceof RequestError) return { result: { errors: [error] } };
    // The resolvers meet the same fault, or answer all the same.
    logger.warn({ err: error, requestId: context.requestId }, 'The read planner failed');
    return undefined;
  } finally {
    release();
  }
}

async function resolveOperation(
  operation: PreparedOperation,
  request: ExecuteOptions,
  options: Workshop,
): Promise<ExecutionResult> {
  const stop = new AbortController();
  const limit = timeLimits[operation.kind === 'mutation' ? 'mutation' : 'query'];
  const clientGone = () => stop.abort(request.signal?.reason);
  // Not AbortSignal.any: what it joins, and all that hangs on it, is kept until the next full collection.
  request.signal?.addEventListener('abort', clientGone);
  if (request.signal?.aborted) clientGone();
  let release: (() => void) | undefined;
  try {
    const work = execute({
      ...describeArguments(operation, request, options.schema),
      abortSignal: stop.signal,
    });
    if (work instanceof Promise)
      release = options.deadlines.watch(limit, () => stop.abort(tookTooLong(limit)));
    return maskResult(await work, request, options);
  } catch (error) {
    if (stop.signal.reason instanceof RequestError) return { errors: [stop.signal.reason] };
    throw error;
  } finally {
    request.signal?.removeEventListener('abort', clientGone);
    release?.();
  }
}

async function startSubscription(
  operation: PreparedOperation,
  request: ExecuteOptions,
  options: Workshop,
): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const refused = refuseCost(operation, request, options);
  if (refused) return refused;
  const started = await subscribe({
    ...describeArguments(operation, request, options.schema),
    abortSignal: request.signal,
  });
  if (!(Symbol.asyncIterator in started)) return maskResult(started, request, options);
  return maskResults(started, request, options);
}

async function* maskResults(
  results: AsyncGenerator<ExecutionResult, void, void>,
  request: ExecuteOptions,
  options: ExecutorOptions,
): AsyncGenerator<ExecutionResult, void, void> {
  for await (const result of results) yield maskResult(result, request, options);
}

function describeArguments(operation: PreparedOperation, request: ExecuteOptions, schema: GraphQLSchema) {
  return {
    schema,
    document: operation.document,
    variableValues: request.variables,
    contextValue: request.context,
  };
}

/** This server's own documents are not weighed. */
function refuseCost(
  { document }: PreparedOperation,
  { variables, context }: ExecuteOptions,
  { checkCost }: Workshop,
): ExecutionResult | undefined {
  if (context.unlimited) return undefined;
  const error = checkCost({ document, variables });
  return error ? { errors: [error] } : undefined;
}

function maskResult(
  result: ExecutionResult,
  request: ExecuteOptions,
  { logger, introspection }: ExecutorOptions,
): ExecutionResult {
  // What was broken off because the client has gone is nobody's fault, and nobody's to read.
  if (!result.errors || request.signal?.aborted) return result;
  const { requestId } = request.context;
  const telling = { names: introspection };
  return {
    ...result,
    errors: result.errors.map((error) => maskError(error, { logger, requestId, telling })),
  };
}

function tookTooLong(limit: number): RequestError {
  const seconds = limit / 1000;
  return new RequestError(
    'REQUEST_TIMEOUT',
    `The operation took longer than ${seconds} s and was stopped: ask for less.`,
  );
}
