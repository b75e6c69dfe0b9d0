import type { Database } from '../../store/database.ts';
import type { PlannedTakeBack } from '../plan/class-plan.ts';

/**
 * Half-made guests of the class's earlier runs: steps that failed or were cancelled and could not be taken back, for
 * instance because of a lock that only an administrator can take off. They still name their id.
 */
export async function findLeftovers(
  database: Pick<Database, 'replicationStep'>,
  classId: number,
): Promise<PlannedTakeBack[]> {
  const steps = await database.replicationStep.findMany({
    where: {
      classId,
      kind: { in: ['CLASS_BASE', 'CLASS_TEACHER', 'CLASS_STUDENT'] },
      phase: { in: ['FAILED', 'CANCELLED'] },
      vmid: { not: null },
    },
    orderBy: { id: 'asc' },
  });
  return steps.flatMap(({ id, vmid, name, targetNode, errorMessage }) =>
    vmid === null
      ? []
      : [{ stepId: id, vmid, name, node: targetNode, message: errorMessage ?? 'it was left half made' }],
  );
}
