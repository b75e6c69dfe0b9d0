import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Cell } from './tables/render-table.ts';

export const clusterFields = `clusterId name host port pveName version quorate paused templateCount lastScanAt lastErrorCode lastErrorMessage
  nodes { name state version }`;

/** A cluster as commands print it with `--json`. */
export const clusterSchema = z.object({
  clusterId: z.string(),
  name: z.string(),
  host: z.string(),
  port: z.int(),
  pveName: z.string().nullable(),
  version: z.string().nullable(),
  quorate: z.boolean().nullable(),
  paused: z.boolean(),
  templateCount: z.int(),
  lastScanAt: z.string().nullable(),
  lastErrorCode: z.string().nullable(),
  lastErrorMessage: z.string().nullable(),
  nodes: z.array(z.object({ name: z.string(), state: z.string(), version: z.string().nullable() })),
});

export type ClusterShown = z.output<typeof clusterSchema>;

/** The configured clusters as the last scan saw them. */
export async function listClusters(api: HubApi): Promise<ClusterShown[]> {
  const schema = z.object({ clusters: z.array(clusterSchema) });
  return (await api.ask(`query { clusters { ${clusterFields} } }`, {}, schema)).clusters;
}

export const clusterHeadings = ['cluster', 'host', 'version', 'nodes', 'templates', 'scanned', 'error'];

/** A cluster as a row under `clusterHeadings`. */
export function describeCluster(cluster: ClusterShown): Cell[] {
  const online = cluster.nodes.filter((node) => node.state === 'ONLINE').length;
  return [
    cluster.paused ? `${cluster.clusterId} (paused)` : cluster.clusterId,
    `${cluster.host}:${cluster.port}`,
    cluster.version,
    `${online}/${cluster.nodes.length} online`,
    cluster.templateCount,
    cluster.lastScanAt,
    cluster.lastErrorMessage ?? '',
  ];
}
