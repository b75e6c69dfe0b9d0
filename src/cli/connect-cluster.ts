import type { ClusterConfig } from '../config/config.ts';
import { revealConnection } from '../config/reveal-connection.ts';
import { createProxmoxClient, type ProxmoxClient } from '../proxmox/client.ts';
import type { Surroundings } from './surroundings.ts';

/** Works with a client of one cluster, and closes it. */
export async function withClient<T>(
  cluster: ClusterConfig,
  { clock, random }: Surroundings,
  work: (client: ProxmoxClient) => Promise<T>,
): Promise<T> {
  const client = createProxmoxClient({ connection: revealConnection(cluster), clock, random, attempts: 1 });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
