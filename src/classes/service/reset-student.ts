import { carryOut } from './carry-out.ts';
import type { ClassContext } from '../class-context.ts';
import { addLeaving } from '../leaving/add-leaving.ts';
import type { ClassFacts } from '../facts/class-facts.ts';
import { checkClassInput, resetStudentSchema, type ResetStudentInput } from './class-input.ts';
import type { ClassAnswer } from './class-service.ts';
import { findClient, findDeployableClass, type DeployableClass } from '../find-class.ts';
import { gatherFacts } from '../work/gather-facts.ts';
import { lookAtGuest, type GuestLook } from '../facts/guest-look.ts';
import { findOlderBases, planReset } from '../plan/plan-reset.ts';

/** Replaces students' machines by fresh ones. */
export async function resetStudent(context: ClassContext, input: ResetStudentInput): Promise<ClassAnswer> {
  const { classId, numbers, refreshBase, confirm, ...order } = checkClassInput(resetStudentSchema, input);
  const found = await findDeployableClass(context.store.prisma, classId);
  const unique = [...new Set(numbers)];
  return carryOut(context, {
    ...order,
    found,
    kind: 'CLASS_RESET',
    confirmed: { confirm },
    request: { numbers: unique, refreshBase },
    makePlan: async () => {
      const facts = await gatherFacts(context, found);
      const looks = await lookAtReplaced(context, found, { facts, numbers: unique });
      return addLeaving(planReset(facts, { numbers: unique, refreshBase, looks }), facts.leaving);
    },
  });
}

/** Looks at what the reset may leave without a use, before anything is made or touched. */
async function lookAtReplaced(
  context: ClassContext,
  { id: classId, clusterId }: DeployableClass,
  { facts, numbers }: { facts: ClassFacts; numbers: readonly number[] },
): Promise<Map<number, GuestLook>> {
  const client = findClient(context, clusterId);
  const students = facts.students.filter(({ number }) => numbers.includes(number));
  const vmids = [...students, ...findOlderBases(facts)].map(({ vmid }) => vmid);
  const looks = await Promise.all(
    vmids.map(async (vmid) => [vmid, await lookAtGuest(client, { vmid, classId })] as const),
  );
  return new Map(looks);
}
