import { z } from 'zod';
import { ClusterStatus } from '../../prisma/generated/sqlite/enums.ts';
import { formatEndpoint } from '../names/endpoint.ts';
import type { HubApi } from './api/hub-api.ts';
import type { Block } from './output.ts';
import { paint } from './output/line.ts';
import { makeNote } from './output/note.ts';
import { makeTable, toMoment, type Cell } from './output/table.ts';
import { count, toWords } from './words.ts';

export const clusterFields = `clusterId name host port pveName version quorate paused pausedAt templateCount status statusSince lastScanAt lastErrorCode lastErrorMessage
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
  pausedAt: z.string().nullable(),
  templateCount: z.int(),
  status: z.enum(ClusterStatus),
  statusSince: z.string().nullable(),
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

/** Clusters for people: a table, and how much there is of everything. */
export function describeClusters(clusters: readonly ClusterShown[]): Block[] {
  if (clusters.length === 0) return [];
  const nodes = clusters.reduce((sum, cluster) => sum + cluster.nodes.length, 0);
  const templates = clusters.reduce((sum, cluster) => sum + cluster.templateCount, 0);
  return [
    makeTable(
      ['cluster', 'host', 'version', 'nodes', 'templates', 'state', 'scanned'],
      clusters.map(describeCluster),
    ),
    `${count(clusters.length, 'cluster')}, ${count(nodes, 'node')}, ${count(templates, 'template')}`,
  ];
}

/** What the last scan of each cluster failed with, a line each. */
export function describeClusterFaults(clusters: readonly ClusterShown[]): Block[] {
  return clusters.flatMap(({ clusterId, lastErrorMessage }) =>
    lastErrorMessage === null ? [] : [makeNote(paint('red', '✗'), `${clusterId}: ${lastErrorMessage}`)],
  );
}

function describeCluster(cluster: ClusterShown): Cell[] {
  return [
    cluster.clusterId,
    formatEndpoint(cluster),
    cluster.version,
    describeNodes(cluster),
    cluster.templateCount,
    describeState(cluster),
    toMoment(cluster.lastScanAt),
  ];
}

/** Of a cluster that was not reached nobody knows which nodes are up. */
function describeNodes({ status, nodes }: ClusterShown): Cell {
  if (status === 'UNREACHABLE') return `${nodes.length} unknown`;
  return `${nodes.filter((node) => node.state === 'ONLINE').length}/${nodes.length} online`;
}

/** What is out of the ordinary; nothing where all is well. */
function describeState({ status, paused, quorate }: ClusterShown): Cell {
  if (status === 'UNREACHABLE') return paint('red', toWords(status));
  if (quorate === false) return paint('red', 'no quorum');
  if (paused) return paint('yellow', 'paused');
  return status === 'ONLINE' ? null : paint('yellow', toWords(status));
}
