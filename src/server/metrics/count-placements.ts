import { findGathered } from '../../graphql/reads/find-gathered.ts';
import { placements } from '../../graphql/reads/placements.ts';
import { isUnchanged, type TableVersions } from '../../store/revision.ts';
import { nameTables } from '../../store/sql/tables.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { Figure } from './store-facts.ts';

/** What is counted is kept at least so long, milliseconds: on a large cluster counting takes a while. */
const keptMs = 60_000;

/** Originals whose nodes are looked at by one statement; others have a turn in between. */
const batchSize = 100;

/** What placements follow from. */
const models = ['Template', 'Node', 'ReplicationStep'];

interface Counted {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly versions: TableVersions;
  readonly figures: readonly Figure[];
}

/** Counts placements (an original on a node of its cluster) by cluster and status, by the rule of the API. */
export function createPlacementCounter({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }) {
  const tables = nameTables(store.tables, models);
  let kept: Counted | undefined;
  const isFresh = ({ at, versions }: Counted) =>
    Math.abs(clock.now() - at) < keptMs || isUnchanged(tables, versions, store.revision.current());
  return async (): Promise<readonly Figure[]> => {
    if (kept && isFresh(kept)) return kept.figures;
    const [at, versions] = [clock.now(), store.revision.current()];
    kept = { at, versions, figures: await countPlacements(store) };
    return kept.figures;
  };
}

async function countPlacements(store: Store): Promise<Figure[]> {
  const originals = await store.prisma.template.findMany({
    where: { isReplica: false, isClassTemplate: false, state: { not: 'MISSING' }, clusterId: { not: null } },
    select: { id: true, clusterId: true },
  });
  const counts = new Map<string, number>();
  for (let first = 0; first < originals.length; first += batchSize) {
    const batch = originals.slice(first, first + batchSize);
    const found = await findGathered(
      store,
      placements,
      batch.map(({ id }) => id),
    );
    for (const { id, clusterId } of batch) {
      for (const { status } of found.get(id) ?? []) {
        const key = `${status} ${clusterId ?? ''}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([key, value]) => {
    const [state = '', cluster = ''] = key.split(' ');
    return { labels: { cluster, state }, value };
  });
}
