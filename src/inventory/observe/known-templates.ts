import type { Template } from '../../../prisma/generated/sqlite/client.ts';
import type { Database } from '../../store/database.ts';

/** A row of the `Template` model. */
export type TemplateRow = Template;

/** What names a cluster in the store: its id, and the host that rows of the predecessor know it by. */
export interface ClusterKey {
  id: string;
  host: string;
}

/** All rows of a cluster's templates, those of the predecessor that no cluster was given to yet included; by id. */
export function readTemplateRows(
  database: Pick<Database, 'template'>,
  { id, host }: ClusterKey,
): Promise<TemplateRow[]> {
  return database.template.findMany({
    where: { OR: [{ clusterId: id }, { clusterId: null, clusterIp: host }] },
    orderBy: { id: 'asc' },
  });
}

/** The vmids that a scan has to account for: templates that are not held for missing. */
export async function readKnownTemplates(
  database: Pick<Database, 'template'>,
  cluster: ClusterKey,
): Promise<{ vmid: number }[]> {
  const rows = await readTemplateRows(database, cluster);
  const vmids = new Set(rows.filter(({ state }) => state !== 'MISSING').map(({ vmid }) => vmid));
  return [...vmids].sort((a, b) => a - b).map((vmid) => ({ vmid }));
}
