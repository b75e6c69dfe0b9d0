import { isDeepStrictEqual } from 'node:util';
import type { ClusterConfig, Config } from './config.ts';
import type { Secret } from './secret.ts';

/** What is another in a configuration than it was, as far as it can be read again: a sentence each, without secrets. Pure. */
export function describeChanges(before: Config, after: Config): string[] {
  const known = new Map(before.clusters.map((cluster) => [cluster.id, cluster]));
  const ids = new Set(after.clusters.map(({ id }) => id));
  return [
    ...after.clusters.flatMap((cluster) => describeCluster(known.get(cluster.id), cluster)),
    ...before.clusters
      .filter(({ id }) => !ids.has(id))
      .map(({ id }) => `cluster ${id} is no longer named: it is left alone, its rows stay`),
  ];
}

function describeCluster(before: ClusterConfig | undefined, after: ClusterConfig): string[] {
  if (before === undefined) return [`cluster ${after.id} is new`];
  const changed = facts
    .filter(([, read]) => !isDeepStrictEqual(read(before), read(after)))
    .map(([name]) => name);
  return changed.length === 0 ? [] : [`cluster ${after.id}: another ${changed.join(', ')}`];
}

/** What a cluster's entry says, and what it is called. */
const facts: readonly (readonly [string, (cluster: ClusterConfig) => unknown])[] = [
  ['name', ({ name }) => name],
  ['address', ({ host, port, alternatives }) => [host, port, alternatives]],
  ['credential', ({ user, password, token }) => [user, reveal(password), reveal(token)]],
  ['certificate', ({ tls }) => tls],
  ['replication policy', ({ replication }) => replication],
];

function reveal(secret: Secret | undefined): string | undefined {
  return secret?.reveal();
}
