import { listPools } from '../../proxmox/endpoints/access.ts';
import { carryOut } from './carry-out.ts';
import type { ClassContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
import {
  addStudentsSchema,
  checkClassInput,
  deployClassSchema,
  type AddStudentsInput,
  type DeployClassInput,
} from './class-input.ts';
import type { GuestPlan } from '../plan/class-plan.ts';
import type { ClassAnswer } from './class-service.ts';
import { changeSettings, readSettings, type ClassSettings } from '../class-settings.ts';
import { findClient, findDeployableClass, type DeployableClass } from '../find-class.ts';
import { gatherFacts } from '../work/gather-facts.ts';
import { judgeDeployment } from '../work/judge-class.ts';
import { addLeaving } from '../leaving/add-leaving.ts';
import { planDeployment } from '../plan/plan-deployment.ts';

/** Makes what is missing of a class. */
export async function deployClass(context: ClassContext, input: DeployClassInput): Promise<ClassAnswer> {
  const { classId, students, allowFullClones, ...order } = checkClassInput(deployClassSchema, input);
  const found = await findDeployableClass(context.store.prisma, classId);
  const settings = readSettings(found);
  const wanted = {
    students: students ?? settings.students,
    allowFullClones: allowFullClones ?? settings.allowFullClones,
  };
  return carryOut(context, {
    ...order,
    found,
    kind: 'CLASS_DEPLOY',
    request: wanted,
    makePlan: () => plan(context, found, { wanted, dryRun: order.dryRun }),
    settle: () => markDeployed(context, found),
  });
}

/** Makes machines for so many students more. */
export async function addStudents(context: ClassContext, input: AddStudentsInput): Promise<ClassAnswer> {
  const { classId, count, ...order } = checkClassInput(addStudentsSchema, input);
  const found = await findDeployableClass(context.store.prisma, classId);
  const wanted = { students: (await countStudents(context, found)) + count };
  return carryOut(context, {
    ...order,
    found,
    kind: 'CLASS_STUDENTS',
    request: { count },
    makePlan: () => plan(context, found, { wanted, dryRun: order.dryRun }),
  });
}

/** The highest number that a student has, whether or not the machine is there. */
async function countStudents({ store }: ClassContext, { id }: DeployableClass): Promise<number> {
  const { _max } = await store.prisma.classMachine.aggregate({
    where: { classId: id, role: 'STUDENT' },
    _max: { number: true },
  });
  return _max.number ?? 0;
}

async function plan(
  context: ClassContext,
  found: DeployableClass,
  { wanted, dryRun }: { wanted: Partial<ClassSettings>; dryRun: boolean },
): Promise<GuestPlan> {
  const settings = changeSettings(found, wanted);
  const changed = { ...found, settings };
  await checkPool(context, found);
  const facts = await gatherFacts(context, changed);
  const { students, teacherMachine } = readSettings(changed);
  const made = planDeployment(facts, { students, teacher: teacherMachine });
  if (!dryRun) await context.store.prisma.class.update({ where: { id: found.id }, data: { settings } });
  return addLeaving(made, facts.leaving);
}

/** Everything that was asked for is there already: a class that was damaged may have been mended by hand. */
async function markDeployed({ store }: ClassContext, { id }: DeployableClass): Promise<void> {
  await store.transaction(async (database) => {
    await database.class.update({ where: { id }, data: { state: await judgeDeployment(database, id) } });
  });
}

/** Pools that we may not see are not in the list, so an empty list says nothing. */
async function checkPool(context: ClassContext, { pool, clusterId }: DeployableClass): Promise<void> {
  if (pool === null) return;
  const pools = await listPools(findClient(context, clusterId));
  if (pools.length === 0 || pools.some(({ id }) => id === pool)) return;
  const known = pools.map(({ id }) => id).join(', ');
  const message = `There is no pool "${pool}" in cluster "${clusterId}"; there are: ${known}.`;
  throw new ClassError('POOL_NOT_FOUND', message, { field: ['pool'] });
}
