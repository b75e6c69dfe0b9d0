import type { Database } from '../store/database.ts';

const templateFields = {
  id: true,
  name: true,
  vmid: true,
  clusterIp: true,
  clusterId: true,
  node: true,
  isReplica: true,
  sourceVmid: true,
  sourceNode: true,
  isClassTemplate: true,
  classId: true,
  imported: true,
} as const;

/** What of the store an import is compared with. */
export type StoredContent = Awaited<ReturnType<typeof readStored>>;
export type StoredTemplate = StoredContent['templates'][number];

/** Reads what the store holds already. */
export async function readStored(database: Database) {
  return {
    clusters: await database.cluster.findMany({ select: { id: true, name: true, host: true, port: true } }),
    templates: await database.template.findMany({ select: templateFields, orderBy: { id: 'asc' } }),
    classes: await database.class.findMany({
      select: { id: true, name: true, createdAt: true, joinToken: true, imported: true },
    }),
    machines: await database.classMachine.findMany({ select: { id: true, classId: true, vmid: true } }),
  };
}
