import { ClassError } from './class-error.ts';
import type { BaseFacts, ClassFacts, StudentFacts } from './class-facts.ts';
import type { GuestPlan, PlannedGuest, PlannedRemoval } from './class-plan.ts';
import { placeStudents } from './place-students.ts';
import { isCurrent, planBases } from './plan-bases.ts';
import { planRemoval } from './plan-deletion.ts';
import { decideFullClones, describeCopies, planStudent, refuseSmallRange } from './plan-deployment.ts';
import { fitStorage } from './storage-fit.ts';
import { findUsableNodes } from './usable-nodes.ts';

export interface ResetRequest {
  /** The students whose machines are made anew. */
  numbers: readonly number[];
  /** From a base of the original's present generation; a new one is made where there is none. */
  refreshBase: boolean;
}

/**
 * A fresh machine for each of the students, on the node it was on; the old one goes when the new one is there. Older
 * bases that no machine of the class hangs on any more go, too.
 *
 * @throws ClassError STUDENT_NOT_FOUND, NOT_MADE_HERE, NO_NODE, LINKED_CLONES_NOT_POSSIBLE, VMID_RANGE_TOO_SMALL
 */
export function planReset(facts: ClassFacts, { numbers, refreshBase }: ResetRequest): GuestPlan {
  const old = numbers.map((number) => findStudent(facts, number));
  const fit = fitStorage(facts.order, facts.source, facts.nodes);
  const full = decideFullClones(facts, fit);
  const usable = new Set(findUsableNodes(facts, fit).map(({ name }) => name));
  const places = old.map(({ node }) => (usable.has(node) ? node : chooseOther(facts, usable)));
  const bases = planBases(facts, { nodes: [...new Set(places)], fit, refresh: refreshBase });
  const students = old.map(({ number }, index) =>
    planStudent(facts, { number, node: places[index] ?? '', full, choices: bases.choices }),
  );
  const removals = old.map((student) =>
    planRemoval({ role: 'STUDENT', ...student }, [`student-${student.number}`]),
  );
  refuseSmallRange(facts, bases.make.length + students.length);
  return {
    ...describeCopies(facts, fit),
    make: [...bases.make, ...students],
    remove: [...removals, ...removeBases(facts, { old, students, removals })],
    keep: [],
    warnings: [],
  };
}

function findStudent({ students }: ClassFacts, number: number): StudentFacts {
  const student = students.find((other) => other.number === number);
  if (student === undefined) {
    throw new ClassError('STUDENT_NOT_FOUND', `The class has no machine of student ${number}.`, {
      field: ['numbers'],
    });
  }
  if (student.madeHere) return student;
  const message = `Template Hub did not make guest ${student.vmid} of student ${number}, so it is not replaced.`;
  throw new ClassError('NOT_MADE_HERE', message, { field: ['numbers'] });
}

function chooseOther({ nodes, students }: ClassFacts, usable: ReadonlySet<string>): string {
  const rooms = nodes
    .filter(({ name }) => usable.has(name))
    .map(({ name, freeMemory }) => ({
      node: name,
      freeMemory,
      students: students.filter(({ node }) => node === name).length,
    }));
  return placeStudents({ nodes: rooms, count: 1, memory: 0 }).nodes[0] ?? '';
}

/** Bases of older generations that only machines stood on which are replaced now. */
function removeBases(
  facts: ClassFacts,
  done: {
    old: readonly StudentFacts[];
    students: readonly PlannedGuest[];
    removals: readonly PlannedRemoval[];
  },
): PlannedRemoval[] {
  const replaced = new Set(done.old.map(({ vmid }) => vmid));
  const stillUsed = new Set([
    ...facts.students.filter(({ vmid }) => !replaced.has(vmid)).map(({ baseVmid }) => baseVmid),
    ...done.students.map(({ source }) => source?.vmid),
  ]);
  const unknown = facts.students.some(({ vmid, baseVmid }) => baseVmid === undefined && !replaced.has(vmid));
  const isSpare = (base: BaseFacts) => base.removable && !isCurrent(facts, base) && !stillUsed.has(base.vmid);
  if (unknown) return [];
  return facts.bases.filter(isSpare).map((base) =>
    planRemoval(
      { role: 'BASE', ...base },
      done.removals.map(({ key }) => key),
    ),
  );
}
