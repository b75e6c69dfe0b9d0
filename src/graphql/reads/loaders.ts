import type { PrismaClient, Template, TemplateChange } from '../../../prisma/generated/sqlite/client.ts';
import type { Hold } from '../../replication/hold/hold.ts';
import { readHolds } from '../../replication/hold/read-holds.ts';
import type { PolicyInForce } from '../../replication/policy/policy-in-force.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { Services } from '../services.ts';
import { createBatch, type Batch } from './batch.ts';
import { placeOriginals, type PlacedOriginal, type Placement } from './place-originals.ts';
import { findReplicas, findSources, type TemplateKey, type TemplateQuery } from './lineage.ts';

/** A key with the columns that are wanted of what it leads to. */
interface Asked {
  readonly key: TemplateKey;
  readonly query: TemplateQuery;
}

/** What fields of many rows ask for, each loaded by one statement for all rows of a level. */
export interface Loaders {
  /** The source of a replica; null when it is not known here. */
  readonly source: Batch<Asked, Template | null>;
  readonly replicas: Batch<Asked, Template[]>;
  /** What is the case for an original on every node of its cluster. */
  readonly placements: Batch<PlacedOriginal, Placement[]>;
  /** A change by its number; null when it is not there. */
  readonly change: Batch<number, TemplateChange | null>;
  /** The replication policy of a cluster; null for those that are not configured, and offline. */
  readonly policy: Batch<string, PolicyInForce | null>;
  /** What holds a run, by its number; null when nothing does. */
  readonly hold: Batch<number, Hold | null>;
}

/** What loaders read from. */
interface LoaderOptions {
  readonly store: Store;
  readonly services: Services;
  readonly clock: Clock;
}

/** Makes the loaders of one request. */
export function createLoaders({ store, services, clock }: LoaderOptions): Loaders {
  const { prisma } = store;
  const { replicator } = services;
  return {
    source: createBatch<Asked, Template | null>(
      (asked) => loadByColumns(asked, (query, keys) => findSources(prisma, query, keys)),
      null,
    ),
    replicas: createBatch<Asked, Template[]>(
      (asked) => loadByColumns(asked, (query, keys) => findReplicas(prisma, query, keys)),
      [],
    ),
    placements: createBatch<PlacedOriginal, Placement[]>(
      (originals) => placeOriginals(prisma, originals),
      [],
    ),
    change: createBatch<number, TemplateChange | null>((ids) => findChanges(prisma, ids), null),
    policy: createBatch<string, PolicyInForce | null>(
      async (ids) => replicator?.readPolicies([...new Set(ids)]) ?? new Map<string, PolicyInForce>(),
      null,
    ),
    hold: createBatch<number, Hold | null>(
      async (ids) => replicator?.findHolds(ids) ?? readHolds({ store, clock }, ids),
      null,
    ),
  };
}

async function findChanges(
  prisma: PrismaClient,
  ids: readonly number[],
): Promise<Map<number, TemplateChange>> {
  const changes = await prisma.templateChange.findMany({ where: { id: { in: [...ids] } } });
  return new Map(changes.map((change) => [change.id, change]));
}

/** One statement for each choice of columns: usually one, as all rows of a level are asked the same. */
async function loadByColumns<Value>(
  asked: readonly Asked[],
  load: (query: TemplateQuery, keys: readonly TemplateKey[]) => Promise<ReadonlyMap<TemplateKey, Value>>,
): Promise<Map<Asked, Value>> {
  const answers = new Map<Asked, Value>();
  for (const group of Map.groupBy(asked, ({ query }) => JSON.stringify(query)).values()) {
    const values = await load(
      group[0]?.query ?? {},
      group.map(({ key }) => key),
    );
    for (const one of group) {
      const value = values.get(one.key);
      if (value !== undefined) answers.set(one, value);
    }
  }
  return answers;
}
