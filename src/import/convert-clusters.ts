import { readInteger, readText, type LegacyRow } from './legacy-values.ts';
import type { ImportNotes } from './report.ts';

/** A cluster as the import knows it: no user, no password. */
export interface ClusterDraft {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Clusters by id, and which of them a host names or once named. */
export interface ClusterBook {
  readonly clusters: readonly ClusterDraft[];
  /** Id of the cluster with this host; undefined for an unknown one. */
  findByHost(host: string | null | undefined): string | undefined;
  has(id: string): boolean;
}

/** Rows of the predecessor's `clusters` table. */
export function convertClusters(rows: readonly LegacyRow[], notes: ImportNotes): ClusterDraft[] {
  return rows.flatMap((row) => {
    const id = readText(row['cluster_id'])?.trim();
    const host = readText(row['host'])?.trim();
    const rowId = readInteger(row['id']);
    if (!id || !host) {
      notes.left.push({ table: 'clusters', id: rowId, reason: 'has no cluster_id or no host' });
      return [];
    }
    if (readText(row['password'])) {
      const reason = `the password of cluster ${id} is not taken over: put it into the clusters file`;
      notes.left.push({ table: 'clusters', id: rowId, reason });
    }
    return [{ id, name: readText(row['name'])?.trim() || id, host, port: readInteger(row['port']) ?? 8006 }];
  });
}

/**
 * One book of the clusters that the store has, the clusters file names and the old database knew, in this order: the
 * first with an id or a host stands, and a further host of the same id still leads to it.
 */
export function bindClusters(...sources: readonly (readonly ClusterDraft[])[]): ClusterBook {
  const byId = new Map<string, ClusterDraft>();
  const idByHost = new Map<string, string>();
  for (const cluster of sources.flat()) {
    const known = idByHost.get(cluster.host);
    if (known === undefined) idByHost.set(cluster.host, cluster.id);
    if (known === undefined && !byId.has(cluster.id)) byId.set(cluster.id, cluster);
  }
  return {
    clusters: [...byId.values()],
    findByHost: (host) => (host ? idByHost.get(host) : undefined),
    has: (id) => byId.has(id),
  };
}
