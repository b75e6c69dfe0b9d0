import type { Endpoint } from '../names/endpoint.ts';
import type { ClusterEntry } from './cluster-entry.ts';

/** Where a node of a cluster answers. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

const defaultPort = 8006;

/**
 * Where an entry's cluster answers, in the order in which its hosts are asked: each at the port beside its name, else at
 * the entry's `port`. The first one names the cluster for REST clients.
 */
export function listPlaces({ host, port }: Pick<ClusterEntry, 'host' | 'port'>): [Place, ...Place[]] {
  const complete = (endpoint: Endpoint): Place => ({
    host: endpoint.host,
    port: endpoint.port ?? port ?? defaultPort,
  });
  const [first, ...others] = host;
  return [complete(first), ...others.map(complete)];
}

/** Why the ports of an entry contradict each other; undefined when they do not. */
export function refusePorts({ host, port }: Pick<ClusterEntry, 'host' | 'port'>): string | undefined {
  const other = host.find((endpoint) => endpoint.port !== undefined && endpoint.port !== port);
  if (port === undefined || other === undefined) return undefined;
  return `is ${port}, but the host is written with port ${other.port}: leave one of them out`;
}
