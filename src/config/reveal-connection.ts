import type { ClusterConfig, TlsTrust } from './config.ts';
import type { Place } from './places.ts';

/** How to connect to a cluster, secrets in clear: for the Proxmox client only. */
export interface RevealedConnection {
  readonly clusterId: string;
  readonly host: string;
  readonly port: number;
  readonly alternatives?: readonly Place[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly tls: TlsTrust;
}

export function revealConnection(cluster: ClusterConfig): RevealedConnection {
  const { id, host, port, alternatives, user, password, token, tls } = cluster;
  const secrets = { password: password?.reveal(), token: token?.reveal() };
  return { clusterId: id, host, port, alternatives, user, ...secrets, tls };
}
