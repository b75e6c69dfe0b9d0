import type { Cluster } from '../engine/cluster.ts';
import { ApiError, ConnectionCut } from '../errors.ts';
import { wrapRefusal } from './envelope.ts';
import type { SimulatorRequest, SimulatorResponse } from './message.ts';

interface Pattern {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly node?: string | undefined;
}

/** Runs a request through the faults of the connection and the HTTP layer. `serve` does the work. */
export async function withConnectionFaults(
  {
    cluster,
    request,
    contacted,
  }: { readonly cluster: Cluster; readonly request: SimulatorRequest; readonly contacted: string },
  serve: () => Promise<SimulatorResponse>,
): Promise<SimulatorResponse> {
  const { faults, clock } = cluster;
  const concerns = (fault: Pattern): boolean =>
    (fault.method === undefined || fault.method === request.method) &&
    (fault.node === undefined || fault.node === contacted) &&
    (fault.path === undefined || new RegExp(fault.path).test(request.path));
  if (!cluster.isUp(contacted)) throw new ConnectionCut('ECONNREFUSED');
  if (faults.strike('cut-connection', (fault) => fault.when === 'before' && concerns(fault))) {
    throw new ConnectionCut('ECONNRESET');
  }
  const refused = faults.strike('refuse', concerns);
  if (refused) {
    const { status, reason, message } = refused;
    const response = wrapRefusal(
      new ApiError(status, message ?? reason),
      'json',
      cluster.behaviour,
      clock.now(),
    );
    return { ...response, reason };
  }
  const response = await serve();
  const slow = faults.strike('slow-answers', concerns);
  if (slow) await clock.sleep(slow.ms);
  if (faults.strike('cut-connection', (fault) => fault.when === 'after' && concerns(fault))) {
    throw new ConnectionCut('ECONNRESET');
  }
  const isBroken = response.status === 200 && faults.strike('broken-json', concerns) !== undefined;
  return isBroken ? breakBody(response) : response;
}

/** Half a body, with a length to match: valid HTTP, broken JSON. */
function breakBody(response: SimulatorResponse): SimulatorResponse {
  const body = response.body.slice(0, Math.max(1, Math.floor(response.body.length / 2)));
  const headers = response.headers.map(([name, value]) =>
    name === 'Content-Length' ? ([name, String(Buffer.byteLength(body))] as const) : ([name, value] as const),
  );
  return { ...response, headers, body };
}
