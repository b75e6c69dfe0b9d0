import type { Transport } from '../../src/proxmox/http/transport.ts';
import { TransportError } from '../../src/proxmox/http/transport.ts';
import { ConnectionCut } from '../../src/simulator/errors.ts';

/** The part of a simulator that answers requests. */
export interface Answering {
  handle(request: {
    cluster?: string;
    node?: string;
    method: string;
    path: string;
    headers?: Readonly<Record<string, string>>;
    body?: string;
  }): Promise<{ status: number; reason: string; body: string }>;
}

/**
 * Carries requests to a simulator in the same process, without sockets, so that a driven clock decides about all time.
 * `node` is the one that is contacted; without it the first that is online.
 */
export function createSimulatorTransport(
  simulator: Answering,
  { cluster, node }: { cluster?: string; node?: string } = {},
): Transport {
  return async ({ method, path, headers, body, signal }) => {
    signal?.throwIfAborted();
    try {
      const answer = await simulator.handle({ cluster, node, method, path, headers, body });
      return { status: answer.status, reason: answer.reason, body: answer.body };
    } catch (error) {
      if (!(error instanceof ConnectionCut)) throw error;
      const phase = error.code === 'ECONNREFUSED' ? 'connect' : 'exchange';
      throw new TransportError({ phase, code: error.code, message: error.message });
    }
  };
}
