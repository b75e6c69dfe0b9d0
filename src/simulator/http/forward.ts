import type { Endpoint } from '../api/schema.ts';
import type { Cluster } from '../engine/cluster.ts';
import { findPartition } from '../engine/reach.ts';
import { HttpRefusal } from '../errors.ts';

/** Milliseconds without a byte after which a node gives up on another one. */
const proxyTimeout = 30_000;

/** Where a call is carried out. */
export interface Forwarding {
  readonly cluster: Cluster;
  readonly endpoint: Endpoint;
  /** The node that does it, and the one that was asked. */
  readonly node: string;
  readonly contacted: string;
  /** The contacted node does it itself. */
  readonly isLocal: boolean;
}

/** Hands a call to its node: the node may be off (595) or its daemon hang (596, and the work is done all the same). */
export async function forwardCall(where: Forwarding, work: () => unknown): Promise<unknown> {
  if (!where.isLocal) await requireReachable(where);
  const isForwarded = !where.isLocal || where.endpoint.runsAsRoot;
  if (!isForwarded) return work();
  if (where.endpoint.runsAsRoot) requireDaemon(where);
  if (isHung(where)) return answerTooLate(where, work);
  return giveUpAfterTimeout(where, work);
}

async function requireReachable({ cluster, node, contacted }: Forwarding): Promise<void> {
  if (!cluster.isUp(node)) throw new HttpRefusal(595, 'No route to host');
  const fault =
    cluster.faults.find('node-unreachable', (one) => one.node === node) ??
    findPartition(cluster.faults, contacted, node);
  if (!fault) return;
  await cluster.clock.sleep(fault.afterMs);
  throw new HttpRefusal(595, fault.reason);
}

/** What runs as root is handed on to pvedaemon, on the same node too. */
function requireDaemon({ cluster, node }: Forwarding): void {
  const isDown = cluster.faults.find('daemon-down', (one) => one.node === undefined || one.node === node);
  if (isDown) throw new HttpRefusal(595, 'Connection refused');
}

function isHung({ cluster, endpoint, node }: Forwarding): boolean {
  return (
    cluster.faults.strike(
      'daemon-hung',
      (fault) =>
        fault.node === node &&
        (fault.method === undefined || fault.method === endpoint.method) &&
        (fault.path === undefined || new RegExp(fault.path).test(endpoint.path)),
    ) !== undefined
  );
}

async function answerTooLate({ cluster }: Forwarding, work: () => unknown): Promise<never> {
  // What the work would have answered, refusals too, reaches nobody.
  const unheard = Promise.resolve().then(work).then(ignore, ignore);
  await Promise.all([cluster.clock.sleep(proxyTimeout), unheard]);
  throw new HttpRefusal(596, 'Connection timed out');
}

/** A call that is really slow is given up on too, while it goes on. */
async function giveUpAfterTimeout({ cluster }: Forwarding, work: () => unknown): Promise<unknown> {
  const result = work();
  if (!(result instanceof Promise)) return result;
  const done = new AbortController();
  const timeout = cluster.clock.sleep(proxyTimeout, done.signal).then(() => {
    throw new HttpRefusal(596, 'Connection timed out');
  }, ignore);
  try {
    return await Promise.race([result, timeout]);
  } finally {
    done.abort();
  }
}

function ignore(): void {}
