import type {
  HubEvent,
  PrismaClient,
  Template,
  TemplateChange,
} from '../../../prisma/generated/sqlite/client.ts';
import type { Hold } from '../../replication/hold/hold.ts';
import { readHolds } from '../../replication/hold/read-holds.ts';
import type { PolicyInForce } from '../../replication/policy/policy-in-force.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { LinkRead } from '../fields/field-read.ts';
import { replicaLink, sourceLink } from '../fields/links.ts';
import type { Services } from '../services.ts';
import { createBatch, type Batch } from './batch.ts';
import { findGathered } from './find-gathered.ts';
import { findLinked, type TemplateQuery } from './find-linked.ts';
import type { Placement } from './place-on-node.ts';
import { placements } from './placements.ts';

/** A template by its number, with the columns that are wanted of what it leads to. */
interface Asked {
  readonly id: number;
  readonly query: TemplateQuery;
}

/** What fields of many rows ask for, each loaded together for all rows of a level. */
export interface Loaders {
  /** The sources of a replica: one, or none where it is not known here. */
  readonly sources: Batch<Asked, Template[]>;
  readonly replicas: Batch<Asked, Template[]>;
  /** What is the case for the original with a number on every node of its cluster. */
  readonly placements: Batch<number, Placement[]>;
  /** A change by its number; null when it is not there. */
  readonly change: Batch<number, TemplateChange | null>;
  /** An event by its number; null when it is not there. */
  readonly event: Batch<number, HubEvent | null>;
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
  const { replicator } = services;
  return {
    sources: createLinkBatch(store, sourceLink),
    replicas: createLinkBatch(store, replicaLink),
    placements: createBatch<number, Placement[]>((ids) => findGathered(store, placements, ids), []),
    change: createBatch<number, TemplateChange | null>((ids) => findChanges(store.prisma, ids), null),
    event: createBatch<number, HubEvent | null>((ids) => findEvents(store.prisma, ids), null),
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

async function findEvents(prisma: PrismaClient, ids: readonly number[]): Promise<Map<number, HubEvent>> {
  const events = await prisma.hubEvent.findMany({ where: { id: { in: [...ids] } } });
  return new Map(events.map((event) => [event.id, event]));
}

/** One load for each choice of columns: usually one, as all rows of a level are asked the same. */
function createLinkBatch(store: Store, link: LinkRead): Batch<Asked, Template[]> {
  return createBatch<Asked, Template[]>(async (asked) => {
    const answers = new Map<Asked, Template[]>();
    for (const group of Map.groupBy(asked, ({ query }) => JSON.stringify(query)).values()) {
      const ids = [...new Set(group.map(({ id }) => id))];
      const found = await findLinked(store, link, { ids, query: group[0]?.query ?? {} });
      for (const one of group) answers.set(one, found.get(one.id) ?? []);
    }
    return answers;
  }, []);
}
