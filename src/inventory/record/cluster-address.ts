import { formatEndpoint } from '../../names/endpoint.ts';
import type { Database } from '../../store/database.ts';

/**
 * What rows name a cluster by besides its id, `cluster_ip` of the REST routes: its host, and the port as well where
 * another cluster is on the same host, so that no two clusters have the same one. null when there is no such cluster.
 */
export async function readClusterAddress(
  { cluster }: Pick<Database, 'cluster'>,
  id: string,
): Promise<string | null> {
  const found = await cluster.findUnique({ where: { id }, select: { host: true, port: true } });
  if (found === null) return null;
  const others = await cluster.count({ where: { host: found.host, id: { not: id } } });
  return others === 0 ? found.host : formatEndpoint(found);
}
