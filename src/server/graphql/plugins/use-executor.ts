import { GraphQLError, type DocumentNode, type ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Executor } from '../../../graphql/execution/executor.ts';
import { selectOperation, type PreparedOperation } from '../../../graphql/execution/prepare.ts';
import type { YogaContext } from '../yoga-context.ts';

const clientGone: ExecutionResult = {
  errors: [new GraphQLError('The client has gone.', { extensions: { code: 'CLIENT_GONE' } })],
};

/** What yoga tells of an operation that is to be executed. */
interface ExecutionArguments {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Record<string, unknown> | null;
  readonly contextValue?: unknown;
}

/** A result, or one that is written already: yoga sends what `stringify` gives. */
type WrittenResult = ExecutionResult & { readonly stringify?: () => string };

/**
 * Lets yoga parse, validate and execute by the house's executor: its limits, its cache of prepared documents and its
 * masking hold for every way in. Marks results that the answer cache may keep: those of queries without errors that do
 * not depend on the time.
 */
export function useExecutor(executor: Executor): Plugin<YogaContext> {
  const prepared = new WeakMap<DocumentNode, ReadonlyMap<string, PreparedOperation>>();
  function pick({ document, operationName }: ExecutionArguments): PreparedOperation {
    return selectOperation(prepared.get(document) ?? new Map(), operationName ?? undefined);
  }
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | { body: string }) => {
        const text = typeof source === 'string' ? source : source.body;
        const read = executor.read(text);
        if ('errors' in read) throw new AggregateError(read.errors.map(refuse));
        prepared.set(read.document, read.operations);
        return read.document;
      });
    },
    onValidate({ setResult }) {
      // What was parsed here was validated at the same time.
      setResult([]);
    },
    onExecute({ args, setExecuteFn }) {
      const { context } = args.contextValue.hub;
      setExecuteFn(async (given: ExecutionArguments): Promise<WrittenResult> => {
        const operation = pick(given);
        const answer = await executor
          .execute(operation, { variables: given.variableValues ?? {}, context, signal: context.signal })
          .catch((error: unknown) => {
            // Nobody waits for the answer any more: that is no fault.
            if (context.signal?.aborted) return { result: clientGone };
            throw error;
          });
        const isWritten = 'json' in answer;
        args.contextValue.hub.models = operation.models;
        args.contextValue.hub.keep =
          operation.kind === 'query' &&
          (isWritten || answer.result.errors === undefined) &&
          !context.timed.asked;
        return isWritten ? { stringify: () => answer.json } : answer.result;
      });
    },
    onSubscribe({ args, setSubscribeFn }) {
      const { context, closing } = args.contextValue.hub;
      const { signal } = context;
      // What is watched ends by itself, so that the client hears `complete`; a client that has gone hears nothing.
      const ended = new AbortController();
      args.contextValue.hub.ended = ended;
      const ending = AbortSignal.any([...(signal ? [signal] : []), closing, ended.signal]);
      setSubscribeFn((given: ExecutionArguments) =>
        executor.subscribe(pick(given), {
          variables: given.variableValues ?? {},
          context: { ...context, signal: ending },
          signal,
        }),
      );
    },
  };
}

/** 400 for clients that take the specification's media type; yoga takes `http` out of what it sends. */
function refuse(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, http: { spec: true, status: 400 } },
  });
}
