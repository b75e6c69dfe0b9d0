import type { Prisma, PrismaClient, Template } from '../../../prisma/generated/sqlite/client.ts';

/** What links a template to its source and its replicas. */
export type TemplateKey = Pick<Template, 'clusterIp' | 'vmid' | 'sourceVmid'>;

/** The columns and relations that a field of GraphQL wants, as Pothos works them out. */
export interface TemplateQuery {
  select?: Prisma.TemplateSelect;
}

/** Templates that a lineage is told by. */
const lineageColumns = { id: true, clusterIp: true, vmid: true, sourceVmid: true } as const;

/**
 * Finds the source of each replica: the original (or class base) of its cluster with the vmid it names. Of several rows
 * the lowest id is taken, as REST does.
 */
export async function findSources(
  prisma: PrismaClient,
  query: TemplateQuery,
  keys: readonly TemplateKey[],
): Promise<Map<TemplateKey, Template>> {
  const vmids = keys.flatMap(({ sourceVmid }) => (sourceVmid === null ? [] : [sourceVmid]));
  const rows = await findRows(prisma, query, { isReplica: false, vmid: { in: [...new Set(vmids)] } });
  const byKey = Map.groupBy(rows, (row) => nameKey(row.clusterIp, row.vmid));
  return collect(keys, (key) => byKey.get(nameKey(key.clusterIp, key.sourceVmid))?.[0]);
}

/** Finds the replicas of each template, class templates among them, by id. */
export async function findReplicas(
  prisma: PrismaClient,
  query: TemplateQuery,
  keys: readonly TemplateKey[],
): Promise<Map<TemplateKey, Template[]>> {
  const vmids = new Set(keys.map(({ vmid }) => vmid));
  const rows = await findRows(prisma, query, { isReplica: true, sourceVmid: { in: [...vmids] } });
  const bySource = Map.groupBy(rows, (row) => nameKey(row.clusterIp, row.sourceVmid));
  return collect(keys, (key) => bySource.get(nameKey(key.clusterIp, key.vmid)));
}

/** Pothos reads only the columns that it asked for, so a row of fewer columns may stand for a whole one. */
async function findRows(
  prisma: PrismaClient,
  query: TemplateQuery,
  where: Prisma.TemplateWhereInput,
): Promise<Template[]> {
  const select = query.select ? { ...query.select, ...lineageColumns } : undefined;
  return prisma.template.findMany({ ...(select ? { select } : {}), where, orderBy: { id: 'asc' } });
}

function collect<Value>(
  keys: readonly TemplateKey[],
  find: (key: TemplateKey) => Value | undefined,
): Map<TemplateKey, Value> {
  const found = new Map<TemplateKey, Value>();
  for (const key of keys) {
    const value = find(key);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

function nameKey(clusterIp: string | null, vmid: number | null): string {
  return `${clusterIp ?? ''}/${vmid ?? ''}`;
}
