import type { Template } from '../../../prisma/generated/sqlite/client.ts';
import { sql, type Sql, type SqlValue } from '../../store/sql/sql.ts';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { arrangeRows } from '../fields/arrange-rows.ts';
import { arrangeDistribution, distributionRows, type DistributionArguments } from './find-distribution.ts';

/** What is known of a template that a clone could be made of. */
export interface Candidate extends Pick<
  Template,
  'id' | 'clusterIp' | 'clusterId' | 'node' | 'isReplica' | 'state' | 'onSharedStorage'
> {
  /** Whether its node answers. */
  readonly isOnline: boolean;
  /** Whether its cluster has the wanted node, as far as is known. */
  readonly hasNode: boolean;
}

type NearestArguments = DistributionArguments & { readonly node: SqlValue };

/**
 * The template that a clone on a node is best made of: one on that node, else one on shared storage, else one on a
 * node that answers. Outdated and orphaned replicas come last; the original goes before its replicas. null when there is
 * no original with the vmid, or nothing of it that is there.
 */
export const nearest = arrangeRows<NearestArguments, NearestArguments, Candidate, Candidate>(
  distributionRows,
  {
    columns: ['id', 'clusterIp', 'clusterId', 'node', 'isReplica', 'state', 'onSharedStorage'],
    conditions: { isOnline: isOnNodeThatAnswers, hasNode: isBesideNode },
    read: ({ vmid, node, clusterId, clusterIp }) => ({ vmid, node, clusterId, clusterIp }),
    isDoubtful: (rows) => rows.every(({ hasNode }) => !hasNode),
    arrange: (rows, { node }) => pickNearest(arrangeDistribution(rows)?.instances ?? [], node),
  },
);

/** Of equally good ones the first. */
function pickNearest(candidates: readonly Candidate[], node: SqlValue): Candidate | null {
  const [first, ...others] = candidates;
  if (!first) return null;
  return others.reduce(
    (best, one) => (rankCandidate(one, node) < rankCandidate(best, node) ? one : best),
    first,
  );
}

/** Lower is better. */
function rankCandidate(candidate: Candidate, node: SqlValue): number {
  const outOfDate = candidate.state === 'PRESENT' ? 0 : 8;
  if (candidate.node === node) return outOfDate;
  const unreachable = candidate.isOnline ? 0 : 2;
  return outOfDate + (candidate.onSharedStorage ? 1 : 2) + unreachable;
}

function isOnNodeThatAnswers(row: RowRef): Sql {
  const node = row.beside('Node');
  return node.exists(
    sql`${node.column('clusterId')} = ${row.column('clusterId')} AND ${node.column('name')} = ${row.column('node')} AND ${node.column('state')} = 'ONLINE'`,
  );
}

function isBesideNode(row: RowRef, { node: name }: NearestArguments): Sql {
  const node = row.beside('Node');
  return node.exists(
    sql`${node.column('clusterId')} = ${row.column('clusterId')} AND ${node.column('name')} = ${name}`,
  );
}
