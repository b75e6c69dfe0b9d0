import { createToken } from '../../replication/token.ts';
import { ReplicationError } from '../../replication/replication-error.ts';
import type { RunKind, RunRow, RunTrigger } from '../../replication/rows.ts';
import type { ClassContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import type { ClassPlan } from '../plan/class-plan.ts';
import { draftOrders } from '../work/draft-orders.ts';
import type { ClassRow, ClassState } from '../rows.ts';

export interface PlanOrder {
  found: ClassRow & { clusterId: string };
  plan: ClassPlan;
  kind: Extract<RunKind, `CLASS_${string}`>;
  trigger: RunTrigger;
  /** What was asked for, kept with the run. */
  request: Readonly<Record<string, unknown>>;
  /** Id of the class's last run when the plan was made; 0 before the first. */
  lastRunId: number;
}

/**
 * Books the planned machines and hands the plan to the step machine. The run's key names its predecessor among the runs
 * of the class, so of two that planned at the same moment, on whatever server, only one gets its way.
 *
 * @throws ClassError CLASS_BUSY
 */
export async function submitPlan(context: ClassContext, order: PlanOrder): Promise<RunRow> {
  const { found, plan, kind, trigger, request, lastRunId } = order;
  const before = await book(context, order);
  try {
    return await context.replicator.submit({
      kind,
      clusterId: found.clusterId,
      trigger,
      classId: found.id,
      idempotencyKey: `class-${found.id}-after-${lastRunId}`,
      request: { ...request, token: createToken(context.random) },
      steps: draftOrders(found, plan, () => createToken(context.random)),
      takeBack: plan.takeBack.map(({ stepId }) => stepId),
    });
  } catch (error) {
    if (error instanceof ReplicationError && error.code === 'IDEMPOTENCY_CONFLICT') throw busy(found, error);
    await context.store.transaction((database) =>
      database.class.update({ where: { id: found.id }, data: { state: before } }),
    );
    throw error;
  }
}

/** Id of a class's last run, 0 before the first. @throws ClassError CLASS_BUSY while one of its runs is not over. */
export async function findLastRun({ store }: ClassContext, found: ClassRow): Promise<number> {
  const runs = await store.prisma.replicationRun.findMany({
    where: { classId: found.id },
    select: { id: true, status: true },
    orderBy: { id: 'desc' },
  });
  const open = runs.find(({ status }) => status !== 'FINISHED');
  if (open === undefined) return runs[0]?.id ?? 0;
  const message = `Run ${open.id} of class "${found.name}" is not over. Wait for it, or cancel it.`;
  throw new ClassError('CLASS_BUSY', message, { field: ['classId'] });
}

/** The run that a request with this key has begun before; undefined when it is the first. */
export async function findRepeated(
  { store }: ClassContext,
  { classId, kind, idempotencyKey }: { classId: number; kind: RunKind; idempotencyKey: string | undefined },
): Promise<RunRow | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const runs = await store.prisma.replicationRun.findMany({
    where: { classId, kind },
    orderBy: { id: 'asc' },
  });
  return runs.find(({ request }) => request.includes(`"idempotencyKey":${JSON.stringify(idempotencyKey)}`));
}

function book({ store }: ClassContext, { found, plan, kind }: PlanOrder): Promise<ClassState> {
  const state: ClassState = kind === 'CLASS_DELETE' ? 'DELETING' : 'DEPLOYING';
  return store.transaction(async (database) => {
    const machines = await database.classMachine.findMany({ where: { classId: found.id } });
    for (const { role, number = null, name, node } of plan.make) {
      if (role === 'BASE' || machines.some((machine) => machine.role === role && machine.number === number))
        continue;
      const { id: classId, clusterId } = found;
      await database.classMachine.create({ data: { classId, clusterId, role, number, name, node } });
    }
    const { state: before } = await database.class.findUniqueOrThrow({ where: { id: found.id } });
    await database.class.update({ where: { id: found.id }, data: { state } });
    return before;
  });
}

function busy({ name }: ClassRow, cause: unknown): ClassError {
  const message = `Somebody else began something with class "${name}" at this moment. Look at it and ask again.`;
  return new ClassError('CLASS_BUSY', message, { field: ['classId'], cause });
}
