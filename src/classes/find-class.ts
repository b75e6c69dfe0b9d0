import type { ProxmoxClient } from '../proxmox/client.ts';
import { pauseAfter } from '../proxmox/http/retry.ts';
import type { ScanReport } from '../replication/replicator.ts';
import type { Database } from '../store/database.ts';
import type { ClassContext, OfflineContext } from './class-context.ts';
import { ClassError } from './class-error.ts';
import { createPatientClient } from './work/patient-client.ts';
import type { ClassRow } from './rows.ts';

/** Tries of a scan before a cluster counts as unreachable. */
const scans = 3;

/** A class that can have machines: it has a cluster, an original and a range of ids. */
export interface DeployableClass extends ClassRow {
  clusterId: string;
  sourceVmid: number;
  vmidFirst: number;
  vmidLast: number;
}

/** @throws ClassError CLASS_NOT_FOUND */
export async function findClass(database: Pick<Database, 'class'>, classId: number): Promise<ClassRow> {
  const found = await database.class.findUnique({ where: { id: classId } });
  if (found !== null) return found;
  throw new ClassError('CLASS_NOT_FOUND', `There is no class ${classId}.`, { field: ['classId'] });
}

/** @throws ClassError CLASS_NOT_FOUND, CLASS_DELETED, CLASS_NOT_DEPLOYED */
export async function findDeployableClass(
  database: Pick<Database, 'class'>,
  classId: number,
): Promise<DeployableClass> {
  const found = await findClass(database, classId);
  if (found.state === 'DELETED' || found.state === 'DELETING') {
    throw new ClassError('CLASS_DELETED', `Class "${found.name}" was deleted; create a new one.`, {
      field: ['classId'],
    });
  }
  const { clusterId, sourceVmid, vmidFirst, vmidLast } = found;
  if (clusterId !== null && sourceVmid !== null && vmidFirst !== null && vmidLast !== null) {
    return { ...found, clusterId, sourceVmid, vmidFirst, vmidLast };
  }
  const message = `Class "${found.name}" has no cluster, original or range of ids: it was imported. Create a new class.`;
  throw new ClassError('CLASS_NOT_DEPLOYED', message, { field: ['classId'] });
}

/** The client of a cluster, one that asks again before it gives up. @throws ClassError CLUSTER_NOT_FOUND */
export function findClient(
  { clients }: Pick<OfflineContext, 'clients'>,
  clusterId: string | null,
): ProxmoxClient {
  const client = clusterId === null ? undefined : clients.get(clusterId);
  if (client !== undefined) return createPatientClient(client);
  const known = [...clients.keys()].join(', ');
  const message = `There is no cluster "${clusterId ?? ''}"; configured are: ${known}.`;
  throw new ClassError('CLUSTER_NOT_FOUND', message, { field: ['clusterId'] });
}

/**
 * Scans the cluster of a class, so that rows are as fresh as they can be.
 *
 * @throws ClassError CLUSTER_UNREACHABLE, NO_QUORUM
 */
export async function scanCluster(context: ClassContext, clusterId: string): Promise<void> {
  const report = await scanPatiently(context, clusterId);
  if (report?.reached !== true) {
    const reason = report?.errorMessage ?? 'it does not answer';
    throw new ClassError('CLUSTER_UNREACHABLE', `Cluster "${clusterId}" cannot be reached: ${reason}`);
  }
  const cluster = await context.store.prisma.cluster.findUnique({ where: { id: clusterId } });
  if (cluster?.quorate !== false) return;
  const message = `Cluster "${clusterId}" has no quorum, so nothing can be changed. Bring its nodes back first.`;
  throw new ClassError('NO_QUORUM', message);
}

async function scanPatiently(
  { replicator, clock, random }: ClassContext,
  clusterId: string,
): Promise<ScanReport | undefined> {
  for (let tried = 1; ; tried += 1) {
    const [report] = await replicator.scan(clusterId);
    if (report?.reached === true || tried === scans) return report;
    await clock.sleep(pauseAfter(tried, random));
  }
}
