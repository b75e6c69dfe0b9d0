import type { ExecutionResult } from 'graphql';
import type { z } from 'zod';
import type { GraphqlContext } from '../graphql/context.ts';
import type { Executor } from '../graphql/execution/executor.ts';
import {
  byNameResult,
  listResult,
  nodesResult,
  statsResult,
  writeNodes,
  type FoundDistribution,
} from './answers.ts';
import { documents } from './documents.ts';
import {
  clusterParameters,
  listParameters,
  nodesParameters,
  ParameterError,
  readParameters,
  readText,
} from './parameters.ts';

/** What a route answers: a JSON value. */
export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request to one of the routes. */
export interface RestRequest {
  /** As it was sent, without the query; not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly context: GraphqlContext;
  readonly signal?: AbortSignal;
}

/** One of the routes. */
export interface RestRoute {
  /** The tables that it reads, by Prisma's names. */
  readonly models: readonly string[];
  /** Answers a request. Faults of the server are thrown. */
  answer(request: RestRequest): Promise<RestAnswer>;
}

/** The four routes. */
export type RestRoutes = Readonly<Record<'list' | 'nodes' | 'stats' | 'byName', RestRoute>>;

/** Makes the four routes, which execute documents against the schema. */
export function createRestRoutes(executor: Executor): RestRoutes {
  return {
    list: createRoute(executor, documents.list, listTemplates),
    nodes: createRoute(executor, documents.nodes, showNodes),
    stats: createRoute(executor, documents.stats, showStats),
    byName: createRoute(executor, documents.byName, listByName),
  };
}

/** Executes one document and reads its result. */
type RunDocument = <Result extends z.ZodType>(
  variables: Record<string, unknown>,
  request: RestRequest,
  result: Result,
) => Promise<z.output<Result>>;

function createRoute(
  executor: Executor,
  source: string,
  work: (run: RunDocument, request: RestRequest) => Promise<RestAnswer>,
): RestRoute {
  const operation = executor.prepare(source);
  if ('errors' in operation)
    throw new AggregateError(operation.errors, 'a REST document does not fit the schema');
  const run: RunDocument = async (variables, { context, signal }, result) =>
    readResult(await executor.execute(operation, { variables, context, signal }), result);
  return {
    models: operation.models,
    answer: (request) => answerParameterErrors(() => work(run, request)),
  };
}

function readResult<Result extends z.ZodType>(
  { data, errors }: ExecutionResult,
  result: Result,
): z.output<Result> {
  if (errors) throw new AggregateError(errors, errors[0]?.message);
  return result.parse(data);
}

async function listTemplates(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  const values = readParameters(listParameters, request.query);
  const where = {
    state: { ne: 'MISSING' },
    clusterId: equals(values.cluster_id),
    clusterIp: values.cluster_id === undefined ? equals(values.cluster_ip) : undefined,
    node: equals(values.node),
    vmid: equals(values.vmid),
    isReplica: equals(values.is_replica),
    isClassTemplate: equals(values.is_class_template),
    classId: equals(values.class_id),
  };
  return { status: 200, body: await run({ where }, request, listResult) };
}

async function listByName(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  const name = decodeName(request.path.slice(request.path.lastIndexOf('/') + 1));
  if (name === '') return { status: 404, body: { error: 'there is nothing at this path' } };
  return { status: 200, body: await run({ name, ...readCluster(request) }, request, byNameResult) };
}

async function showNodes(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  if (readText('vmid', request.query) === undefined) throw new ParameterError('vmid parameter required');
  const { vmid } = readParameters(nodesParameters, request.query);
  const { nodeDistribution: found } = await run({ vmid, ...readCluster(request) }, request, nodesResult);
  if (!found) return { status: 404, body: { error: 'Original template not found' } };
  return { status: 200, body: writeNodes(found), headers: warnOfOthers(found) };
}

async function showStats(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  return { status: 200, body: await run(readCluster(request), request, statsResult) };
}

function readCluster({ query }: RestRequest) {
  const { cluster_ip: clusterIp, cluster_id: clusterId } = readParameters(clusterParameters, query);
  return { clusterIp, clusterId };
}

/** The path is decoded once; what is no percent-encoded UTF-8 can not be a name. */
function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) throw new ParameterError('name must be percent-encoded UTF-8');
    throw error;
  }
}

/** Names the other clusters that have an original of the vmid, when the request named none. */
function warnOfOthers({
  templateVmid,
  otherClusters,
}: FoundDistribution): Record<string, string> | undefined {
  if (otherClusters.length === 0) return undefined;
  const names = otherClusters.map((name) => name.replaceAll(/[^\x20-\x7e]|["\\]/g, '?')).join(', ');
  return {
    warning: `299 - "VMID ${templateVmid} is an original in other clusters, too: ${names}. Name one by cluster_id."`,
  };
}

function equals<Value>(value: Value | undefined): { eq: Value } | undefined {
  return value === undefined ? undefined : { eq: value };
}

async function answerParameterErrors(work: () => Promise<RestAnswer>): Promise<RestAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ParameterError) return { status: 400, body: { error: error.message } };
    throw error;
  }
}
