import { carryOut } from './carry-out.ts';
import type { ClassContext } from './class-context.ts';
import type { ClassFacts } from './class-facts.ts';
import { checkClassInput, resetStudentSchema, type ResetStudentInput } from './class-input.ts';
import type { ClassAnswer } from './class-service.ts';
import { findDeployableClass } from './find-class.ts';
import { gatherFacts } from './gather-facts.ts';
import { planReset } from './plan-reset.ts';

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
      const facts: ClassFacts = await gatherFacts(context, found);
      return planReset(facts, { numbers: unique, refreshBase });
    },
  });
}
