import { authenticate } from '../access/authenticate.ts';
import { checkPermissions } from '../access/check-permissions.ts';
import type { Identity } from '../access/permissions.ts';
import type { ApiCall, Handlers } from '../api/call.ts';
import { checkParameters } from '../api/check-parameters.ts';
import type { RawParameters } from '../api/parameters.ts';
import type { Route, Router } from '../api/router.ts';
import type { Cluster } from '../engine/cluster.ts';
import { refreshStatistics } from '../engine/statistics.ts';
import { ApiError, HttpRefusal, refuse, refuseParameters } from '../errors.ts';
import {
  type Address,
  checkBody,
  checkMethod,
  checkTransfer,
  parseAddress,
  readParameters,
} from './decode.ts';
import { type Format, wrapHttpRefusal, wrapRefusal, wrapResult } from './envelope.ts';
import { forwardCall } from './forward.ts';
import type { SimulatorRequest, SimulatorResponse } from './message.ts';

/** Milliseconds that an answer with status 401 takes at least. */
const unauthorizedTime = 3000;

/** What serves the requests to one node of a cluster. */
export interface Server {
  readonly cluster: Cluster;
  readonly router: Router;
  readonly handlers: Handlers;
}

/** Carries out one request from its head to its answer, as the contacted node. Faults of the connection are not its business. */
export async function serveRequest(
  server: Server,
  request: SimulatorRequest,
  contacted: string,
): Promise<SimulatorResponse> {
  const { cluster } = server;
  const started = cluster.clock.now();
  refreshStatistics(cluster);
  const address = parseAddress(request.path);
  const format = address?.format === 'extjs' ? 'extjs' : 'json';
  let response: SimulatorResponse;
  try {
    response = wrapResult(await answer(server, { request, address, contacted }), format, cluster.clock.now());
  } catch (error) {
    response = wrapError(cluster, error, format);
  }
  if (response.status === 401)
    await cluster.clock.sleep(Math.max(0, started + unauthorizedTime - cluster.clock.now()));
  return response;
}

function wrapError(cluster: Cluster, error: unknown, format: Format): SimulatorResponse {
  const now = cluster.clock.now();
  if (error instanceof HttpRefusal) return wrapHttpRefusal(error, cluster.behaviour, now);
  if (error instanceof ApiError) return wrapRefusal(error, format, cluster.behaviour, now);
  throw error;
}

interface Incoming {
  readonly request: SimulatorRequest;
  readonly address: Address | undefined;
  readonly contacted: string;
}

async function answer(server: Server, { request, address, contacted }: Incoming): Promise<unknown> {
  const { cluster, router } = server;
  checkMethod(request.method);
  checkTransfer(request);
  if (!address) return refuseFile(cluster, request);
  const { format, segments } = address;
  if (format === undefined) throw new HttpRefusal(501, 'no such uri', 'no such uri');
  const route = router.find(request.method, segments);
  const isOpen = route?.endpoint.permissions?.user === 'world';
  const identity = isOpen ? { user: '' } : authenticate(cluster, request);
  checkBody(request, cluster.behaviour);
  if (format !== 'json' && format !== 'extjs') {
    const text = `no formatter for uri ${address.path}, ${format}`;
    throw new HttpRefusal(501, text, text);
  }
  const sent = await readParameters(request, address, cluster.behaviour);
  if (!route || !server.handlers[route.endpoint.id]) {
    throw new ApiError(501, `Method '${request.method} ${address.path}' not implemented`);
  }
  return carryOut(server, { route, identity, sent: mergePath(route, sent), contacted });
}

/** Nothing lies outside the API. */
function refuseFile({ behaviour }: Cluster, request: SimulatorRequest): never {
  checkBody(request, behaviour);
  const text = `no such file '${request.path.split('?')[0]}'`;
  throw new HttpRefusal(behaviour.brokenJson.status, text, `${text}\n`);
}

/** A parameter that repeats one of the path must say the same. */
function mergePath(route: Route, sent: RawParameters): RawParameters {
  for (const [name, value] of route.path) {
    const other = sent.get(name);
    if (other !== undefined && String(other) !== value) {
      throw refuseParameters({ [name]: `duplicate parameter (already defined in URI)` });
    }
  }
  return new Map([...sent, ...route.path]);
}

interface Checked {
  readonly route: Route;
  readonly identity: Identity;
  readonly sent: RawParameters;
  readonly contacted: string;
}

async function carryOut(server: Server, { route, identity, sent, contacted }: Checked): Promise<unknown> {
  const { cluster } = server;
  const { endpoint } = route;
  checkPermissions(endpoint, { cluster, identity, sent });
  const named = String(sent.get('node') ?? contacted);
  const isLocal = !endpoint.proxiedToNodeParam || named === 'localhost' || named === contacted;
  const node = isLocal ? contacted : named;
  if (!cluster.nodes.has(node)) {
    throw refuse(
      `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
    );
  }
  return forwardCall({ cluster, endpoint, node, contacted, isLocal }, () => {
    const parameters = checkParameters(endpoint, sent);
    const call: ApiCall = { cluster, identity, node, contacted, parameters };
    return server.handlers[endpoint.id]?.(call);
  });
}
