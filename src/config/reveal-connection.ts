import type { ClusterConfig, TlsTrust } from './config.ts';

/** How to connect to a cluster, secrets in clear: for the Proxmox client only. */
export interface RevealedConnection {
  readonly clusterId: string;
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly tls: TlsTrust;
}

export function revealConnection(cluster: ClusterConfig): RevealedConnection {
  const { id, host, port, user, password, token, tls } = cluster;
  return { clusterId: id, host, port, user, password: password?.reveal(), token: token?.reveal(), tls };
}
