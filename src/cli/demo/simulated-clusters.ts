import type { ClusterConfig } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';
import type { World, WorldCluster } from '../../simulator/world.ts';

/** Where a simulated cluster, or one of its nodes, listens. */
export interface SimulatedAddress {
  readonly cluster: string;
  readonly node?: string;
  readonly host: string;
  readonly port: number;
  /** SHA-256, colons between the bytes. */
  readonly fingerprint: string;
}

/** How to connect to each cluster of a simulated world: certificates pinned, a token or password of the world. */
export function connectSimulated(world: World, addresses: readonly SimulatedAddress[]): ClusterConfig[] {
  return world.clusters.flatMap((cluster) => {
    const address = chooseAddress(cluster, addresses);
    return address ? [describeCluster(cluster, address)] : [];
  });
}

/** An online node's own address where there is one: no two clusters may share a host. */
function chooseAddress(
  cluster: WorldCluster,
  addresses: readonly SimulatedAddress[],
): SimulatedAddress | undefined {
  const own = addresses.filter((address) => address.cluster === cluster.id);
  const online = new Set(cluster.nodes.filter((node) => node.online).map((node) => node.name));
  return own.find((address) => address.node !== undefined && online.has(address.node)) ?? own[0];
}

function describeCluster(cluster: WorldCluster, address: SimulatedAddress): ClusterConfig {
  return {
    id: cluster.id,
    name: cluster.name ?? cluster.id,
    host: address.host,
    port: address.port,
    ...chooseCredentials(cluster),
    tls: { mode: 'fingerprint', sha256: address.fingerprint },
  };
}

function chooseCredentials(cluster: WorldCluster): Pick<ClusterConfig, 'token' | 'user' | 'password'> {
  const token = cluster.tokens.find((candidate) => candidate.secret !== undefined);
  if (token?.secret) return { token: new Secret(`${token.user}!${token.id}=${token.secret}`) };
  const user = cluster.users.find((candidate) => candidate.password !== undefined);
  return { user: user?.id, password: user?.password === undefined ? undefined : new Secret(user.password) };
}
