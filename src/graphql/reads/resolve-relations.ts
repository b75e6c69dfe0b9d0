import type { NodeState, Prisma, PrismaClient } from '../../../prisma/generated/sqlite/client.ts';
import type { Store } from '../../store/store.ts';
import { RequestError } from '../errors.ts';
import {
  templateGroups,
  translateTemplateWhere,
  type ResolvedRelations,
  type TemplateWhereShape,
} from '../filters/template-where.ts';
import { checkSize } from '../filters/where-size.ts';
import { translateColumn, type FilterWords } from '../filters/translate.ts';

/** Most originals that a filter on the source may find. */
const maxSources = 10_000;

/**
 * Translates a template filter, looking up first what it says of sources and of nodes' states: neither is a relation
 * of the store, because rows of the predecessor refer to sources and nodes that are not there.
 */
export async function resolveTemplateWhere(
  store: FilteredStore,
  where: TemplateWhereShape | null | undefined,
): Promise<Prisma.TemplateWhereInput> {
  if (!where) return {};
  checkSize(where);
  const found = new Map<object, Prisma.TemplateWhereInput>();
  for (const part of listSources(where)) found.set(part, await findSources(store, part));
  for (const part of listNodeStates(where)) found.set(part, await findNodes(store.prisma, part));
  const translated = translateTemplateWhere(where, readFrom(found));
  if (store.provider === 'postgresql') ignoreCase(translated);
  return translated;
}

/** The part of a store that filters are resolved with. */
type FilteredStore = Pick<Store, 'prisma' | 'provider'>;

/** Lets `contains` and `startsWith` take upper and lower case for the same, as SQLite's LIKE does by itself. */
function ignoreCase(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Date) return;
  if ('contains' in value || 'startsWith' in value) Object.assign(value, { mode: 'insensitive' });
  for (const inner of Object.values(value)) ignoreCase(inner);
}

function readFrom(found: ReadonlyMap<object, Prisma.TemplateWhereInput>): ResolvedRelations {
  const read = (part: object): Prisma.TemplateWhereInput => found.get(part) ?? templateGroups.or([]);
  return { source: read, nodeState: read };
}

function listParts(where: TemplateWhereShape): TemplateWhereShape[] {
  const inner = [...(where.AND ?? []), ...(where.OR ?? []), ...(where.NOT ? [where.NOT] : [])];
  return [where, ...inner.flatMap(listParts)];
}

function listSources(where: TemplateWhereShape): TemplateWhereShape[] {
  return listParts(where).flatMap(({ source }) => (source ? [source] : []));
}

function listNodeStates(where: TemplateWhereShape): FilterWords<NodeState>[] {
  return listParts(where).flatMap(({ nodeState }) => (nodeState ? [nodeState] : []));
}

async function findSources(
  store: FilteredStore,
  where: TemplateWhereShape,
): Promise<Prisma.TemplateWhereInput> {
  const inner = await resolveTemplateWhere(store, where);
  const rows = await store.prisma.template.findMany({
    where: { AND: [inner, { isReplica: false }] },
    select: { clusterIp: true, vmid: true },
    take: maxSources + 1,
  });
  if (rows.length > maxSources) {
    throw new RequestError('BAD_USER_INPUT', `"source" finds more than ${maxSources} originals: narrow it`);
  }
  const byCluster = Map.groupBy(rows, ({ clusterIp }) => clusterIp);
  return templateGroups.or(
    [...byCluster].map(([clusterIp, sources]) => ({
      isReplica: true,
      clusterIp,
      sourceVmid: { in: sources.map(({ vmid }) => vmid) },
    })),
  );
}

async function findNodes(
  prisma: PrismaClient,
  words: FilterWords<NodeState>,
): Promise<Prisma.TemplateWhereInput> {
  const groups = {
    and: (AND: Prisma.NodeWhereInput[]) => ({ AND }),
    or: (OR: Prisma.NodeWhereInput[]) => ({ OR }),
    not: (NOT: Prisma.NodeWhereInput) => ({ NOT }),
  };
  const column = {
    is: ({ equals, in: list }: { equals?: NodeState; in?: NodeState[] }) => ({ state: { equals, in: list } }),
  };
  const rows = await prisma.node.findMany({
    where: { AND: translateColumn<NodeState, Prisma.NodeWhereInput>(words, column, groups) },
    select: { clusterId: true, name: true },
  });
  return templateGroups.or(rows.map(({ clusterId, name }) => ({ clusterId, node: name })));
}
