import type { Transport, TransportRequest, TransportResponse } from './transport.ts';
import { TransportError } from './transport.ts';

/** A way to one node of a cluster. */
export interface Road {
  /** Where it leads, for messages: `pve1:8006`. */
  readonly place: string;
  readonly transport: Transport;
}

/**
 * Carries requests to the first node of a list that takes them, and goes on with that one. Only a request that cannot
 * have arrived is given to the next; what was sent and not answered stays with the node it was sent to.
 */
export function createFailover(roads: readonly [Road, ...Road[]]): Transport {
  let current = 0;
  return async (request) => {
    const failures: TransportError[] = [];
    for (let tried = 0; tried < roads.length; tried += 1) {
      const index = (current + tried) % roads.length;
      const road = roads[index] ?? roads[0];
      const answer = await send(road, request);
      if (!(answer instanceof TransportError)) {
        current = index;
        return answer;
      }
      failures.push(answer);
    }
    throw summarize(failures);
  };
}

/** An answer, or why the node cannot have seen the request. */
async function send(
  { place, transport }: Road,
  request: TransportRequest,
): Promise<TransportResponse | TransportError> {
  try {
    return await transport(request);
  } catch (error) {
    if (!(error instanceof TransportError) || error.phase !== 'connect') throw error;
    return new TransportError({ phase: 'connect', code: error.code, message: `${place}: ${error.message}` });
  }
}

/** All of them told; the first one's code stands for them. */
function summarize(failures: readonly TransportError[]): TransportError {
  const message = failures.map((failure) => failure.message).join('; ');
  return new TransportError({ phase: 'connect', code: failures[0]?.code ?? 'UNREACHABLE', message });
}
