import type { Table } from './tables.ts';

/** What there is for somebody. */
export interface Sight {
  /** Ids of the only clusters that there are; null for all. */
  readonly clusters: readonly string[] | null;
  /** Whether there is what belongs to no cluster: webhooks, tokens and the like. */
  readonly hub: boolean;
}

/** What there is of a table: all rows, none, or those that have one of these values in a column (by Prisma's name). */
export type Cut = 'all' | 'none' | { readonly column: string; readonly values: readonly string[] };

/** Has a column for a cluster, which says what it is about and not whose it is. */
const ofTheHub = 'Webhook';

/** Says what there is of a table. One that has no cluster belongs to the hub. */
export function cutTable({ model, columns }: Pick<Table, 'model' | 'columns'>, sight: Sight): Cut {
  const column = model === 'Cluster' ? 'id' : 'clusterId';
  if (!columns.has(column) || model === ofTheHub) return sight.hub ? 'all' : 'none';
  return sight.clusters === null ? 'all' : { column, values: sight.clusters };
}
