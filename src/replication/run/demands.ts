import type { Database } from '../../store/store.ts';
import type { ClassDemand } from '../plan/plan.ts';

/** Where the classes of a cluster want their base templates: on the nodes they name. */
export async function readDemands(database: Database, clusterId: string): Promise<ClassDemand[]> {
  const classes = await database.class.findMany({
    where: { clusterId, state: { notIn: ['DELETING', 'DELETED'] } },
    select: { id: true, nodes: true },
  });
  return classes.map(({ id, nodes }) => ({
    classId: id,
    nodes: nodes.split(',').filter((node) => node !== ''),
  }));
}
