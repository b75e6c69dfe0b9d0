import type { Store } from '../../../src/store/store.ts';

/**
 * Copies that were begun again although they had been refused before, nothing that they were planned from had changed,
 * and nobody had asked: there should be none. Counts steps that got as far as a copy.
 */
export async function countRepeatedCopies({ prisma }: Pick<Store, 'prisma'>): Promise<number> {
  const steps = await prisma.replicationStep.findMany({
    where: { kind: 'REPLICA', refusedAt: { not: null } },
    orderBy: { id: 'asc' },
    include: { run: { select: { request: true } } },
  });
  const seen = new Set<string>();
  let repeated = 0;
  for (const { clusterId, sourceVmid, targetNode, basis, errorCode, startedAt, run } of steps) {
    const key = JSON.stringify([clusterId, sourceVmid, targetNode, errorCode, withoutRoom(basis)]);
    const asked = /"retry":true/.test(run.request);
    if (seen.has(key) && !asked && startedAt !== null) repeated += 1;
    seen.add(key);
  }
  return repeated;
}

/** Room comes and goes; more of it is a reason to try again only for a full storage. */
function withoutRoom(basis: string | null): string {
  return (basis ?? '').replace(/,?"room":\d+/, '');
}
