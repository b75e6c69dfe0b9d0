import { formatEndpoint } from '../../names/endpoint.ts';
import type { Cluster } from '../engine/cluster.ts';
import type { Served } from './served.ts';
import { type Authority, makeAuthority, makeNodeCertificate } from './certificates.ts';
import { openServer, type OpenServer } from './open-server.ts';

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Of the first cluster; the next one gets the next port. 0 = any free ones. */
  readonly port?: number;
}

/** Where a cluster (or one of its nodes) is reached. */
export interface SimulatorAddress {
  readonly cluster: string;
  /** Set when the listener is this node's own. */
  readonly node: string | undefined;
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the certificate, colon hex. */
  readonly fingerprint: string;
  /** PEM of the cluster's authority. */
  readonly ca: string;
}

interface Listening {
  readonly addresses: readonly SimulatorAddress[];
  close(): Promise<void>;
}

interface Place {
  readonly cluster: Cluster;
  readonly node: string | undefined;
  readonly host: string;
  readonly port: number;
}

/** Opens the listeners of all clusters. */
export async function listenAll(
  simulator: Served,
  clusters: readonly Cluster[],
  { host = '127.0.0.1', port = 0 }: ListenOptions,
): Promise<Listening> {
  const addresses: SimulatorAddress[] = [];
  const servers: OpenServer[] = [];
  const open = async (place: Place, authority: Authority): Promise<SimulatorAddress> => {
    const { server, address } = await openListener(simulator, place, authority);
    servers.push(server);
    addresses.push(address);
    return address;
  };
  for (const [index, cluster] of clusters.entries()) {
    const authority = await makeAuthority(cluster);
    const wanted = port === 0 ? 0 : port + index;
    const own = cluster.world.host ?? host;
    const first = await open({ cluster, node: undefined, host: own, port: wanted }, authority);
    for (const node of cluster.nodes.values()) {
      cluster.fingerprints.set(node.name, first.fingerprint);
      if (node.host === undefined || node.host === own) continue;
      const address = await open({ cluster, node: node.name, host: node.host, port: first.port }, authority);
      cluster.fingerprints.set(node.name, address.fingerprint);
    }
  }
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  return { addresses, close };
}

async function openListener(
  simulator: Served,
  { cluster, node, host, port }: Place,
  authority: Authority,
): Promise<{ readonly server: OpenServer; readonly address: SimulatorAddress }> {
  const name = node ?? [...cluster.nodes.keys()][0] ?? 'node';
  const addresses = [host, ...[...cluster.nodes.values()].map((one) => one.ip)];
  const { certificate, key, fingerprint } = await makeNodeCertificate(authority, { name, addresses });
  const cert = `${certificate}\n${authority.certificate}`;
  const server = await openServer({ simulator, cluster, node }, { host, port, cert, key });
  const address = {
    cluster: cluster.id,
    node,
    url: `https://${formatEndpoint({ host, port: server.port })}`,
    host,
    port: server.port,
    fingerprint,
    ca: authority.certificate,
  };
  return { server, address };
}
