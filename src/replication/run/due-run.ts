import { createRequest } from '../control/create-request.ts';
import type { Engine, EngineCluster } from '../engine.ts';
import { isDue, isScanDue } from '../policy/due.ts';
import { inQuietHours } from '../policy/quiet-hours.ts';
import { readPolicy } from '../read-policy.ts';
import { scanOnce } from './survey.ts';

/** Asks for a run when the policy's schedule or the timer says so, and scans in between when that is wanted. */
export async function requestIfDue(
  engine: Engine,
  cluster: EngineCluster,
  signal: AbortSignal,
): Promise<void> {
  if (await isRunDue(engine, cluster.id)) {
    await createRequest(engine, { clusterId: cluster.id, request: { trigger: 'TIMER' } });
  } else if (await isClusterDue(engine, cluster.id)) await scanOnce({ engine, cluster, signal });
}

async function isRunDue(engine: Engine, clusterId: string): Promise<boolean> {
  const { store, clock, intervals } = engine;
  const last = await store.prisma.replicationRun.findFirst({
    where: { clusterId, kind: 'REPLICATION' },
    orderBy: { id: 'desc' },
    select: { createdAt: true, status: true },
  });
  if (last !== null && last.status !== 'FINISHED') return false;
  const policy = await readPolicy(engine, clusterId);
  if (policy.schedule === undefined && intervals.runMs === 0) return false;
  const now = clock.now();
  if (policy.paused || inQuietHours(policy, now)) return false;
  const lastStartedAt = last?.createdAt.getTime() ?? engine.startedAt;
  return isDue(policy, { lastStartedAt, now, intervalMs: intervals.runMs });
}

async function isClusterDue({ store, clock, intervals }: Engine, clusterId: string): Promise<boolean> {
  if (intervals.scanMs === 0) return false;
  const row = await store.prisma.cluster.findUnique({ where: { id: clusterId } });
  const last = Math.max(row?.lastScanAt?.getTime() ?? 0, row?.lastErrorAt?.getTime() ?? 0);
  return row !== null && isScanDue({ last, now: clock.now(), intervalMs: intervals.scanMs });
}
