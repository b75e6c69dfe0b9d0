import type { GraphqlContext } from '../graphql/context.ts';
import type { Answer, Executor } from '../graphql/execution/executor.ts';
import { noStats, nodesResult, statsResult, writeNodes, type FoundDistribution } from './answers.ts';
import { documents } from './documents.ts';
import {
  clusterParameters,
  listParameters,
  nodesParameters,
  ParameterError,
  readParameters,
  readText,
} from './parameters.ts';
import { cutList, cutPage, type WrittenRows } from './rows.ts';

/** What a route answers. */
export interface RestAnswer {
  readonly status: number;
  /** The answer as JSON: whole, or where it is large in pieces, each read when the one before was taken. */
  readonly json: string | AsyncIterable<string>;
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

/** A document that names a cluster which is not there, where GraphQL takes that for a mistake. */
class UnknownClusterError extends Error {}

/** Executes one document: its answer as JSON. */
type RunDocument = (variables: Record<string, unknown>, request: RestRequest) => Promise<string>;

function createRoute(
  executor: Executor,
  source: string,
  work: (run: RunDocument, request: RestRequest) => Promise<RestAnswer>,
): RestRoute {
  const operation = executor.prepare(source);
  if ('errors' in operation)
    throw new AggregateError(operation.errors, 'a REST document does not fit the schema');
  const run: RunDocument = async (variables, { context, signal }) =>
    writeAnswer(await executor.execute(operation, { variables, context, signal }));
  return {
    models: operation.models,
    answer: (request) => answerParameterErrors(() => work(run, request)),
  };
}

function writeAnswer(answer: Answer): string {
  if ('json' in answer) return answer.json;
  const { errors } = answer.result;
  if (errors?.some(({ extensions }) => extensions['code'] === 'CLUSTER_NOT_FOUND'))
    throw new UnknownClusterError();
  if (errors) throw new AggregateError(errors, errors[0]?.message);
  return JSON.stringify(answer.result);
}

function answerJson(status: number, value: unknown, headers?: Readonly<Record<string, string>>): RestAnswer {
  return { status, json: JSON.stringify(value), ...(headers && { headers }) };
}

/** Rows that are read and written at once. More of them are sent in pieces, so that nobody else has to wait for them. */
const rowsAtOnce = 1000;

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
  const read = async (after: string | null) =>
    cutPage(await run({ where, first: rowsAtOnce, after }, request));
  const first = await read(null);
  return { status: 200, json: first.next === null ? `[${first.text}]` : writePages(first, read) };
}

async function* writePages(
  first: WrittenRows,
  read: (after: string | null) => Promise<WrittenRows>,
): AsyncGenerator<string> {
  yield `[${first.text}`;
  for (let { next } = first; next !== null;) {
    const page = await read(next);
    if (page.text !== '') yield `,${page.text}`;
    ({ next } = page);
  }
  yield ']';
}

async function listByName(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  const name = decodeName(request.path.slice(request.path.lastIndexOf('/') + 1));
  if (name === '') return answerJson(404, { error: 'there is nothing at this path' });
  return { status: 200, json: `[${cutList(await run({ name, ...readCluster(request) }, request))}]` };
}

async function showNodes(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  if (readText('vmid', request.query) === undefined) throw new ParameterError('vmid parameter required');
  const { vmid } = readParameters(nodesParameters, request.query);
  const answer = await run({ vmid, ...readCluster(request) }, request);
  const { nodeDistribution: found } = nodesResult.parse(JSON.parse(answer)).data;
  if (!found) return answerJson(404, { error: 'Original template not found' });
  return answerJson(200, writeNodes(found), warnOfOthers(found));
}

/** Of an unknown cluster nothing is counted: the contract refuses no name that GraphQL refuses. */
async function showStats(run: RunDocument, request: RestRequest): Promise<RestAnswer> {
  try {
    return answerJson(200, statsResult.parse(JSON.parse(await run(readCluster(request), request))));
  } catch (error) {
    if (error instanceof UnknownClusterError) return answerJson(200, noStats);
    throw error;
  }
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
    if (error instanceof ParameterError) return answerJson(400, { error: error.message });
    throw error;
  }
}
