import { ClassError } from '../class-error.ts';
import type { BaseFacts, ClassFacts, StudentFacts } from '../facts/class-facts.ts';
import type { GuestPlan, PlannedGuest } from './class-plan.ts';
import type { GuestLook } from '../facts/guest-look.ts';
import { placeStudents } from './place-students.ts';
import { isCurrent, planBases } from './plan-bases.ts';
import { planRemovals, type ClassGuest } from './plan-deletion.ts';
import {
  decideFullClones,
  describeCopies,
  planStudent,
  refuseImpossible,
  refuseSmallRange,
} from './plan-deployment.ts';
import { fitStorage } from './storage-fit.ts';
import { findUsableNodes } from '../facts/usable-nodes.ts';

export interface ResetRequest {
  /** The students whose machines are made anew. */
  numbers: readonly number[];
  /** From a base of the original's present generation; a new one is made where there is none. */
  refreshBase: boolean;
  /** What was seen of the machines and of older bases, by id; what is not in it can be removed. */
  looks?: ReadonlyMap<number, GuestLook>;
}

/**
 * A fresh machine for each of the students, on the node it was on; the old one goes when the new one is there, unless
 * something stands in its way. Older bases that no machine of the class hangs on any more go, too.
 *
 * @throws ClassError STUDENT_NOT_FOUND, NOT_MADE_HERE, COPY_NOT_POSSIBLE, NO_NODE, LINKED_CLONES_NOT_POSSIBLE,
 * VMID_RANGE_TOO_SMALL
 */
export function planReset(facts: ClassFacts, request: ResetRequest): GuestPlan {
  const { numbers, refreshBase, looks = new Map() } = request;
  const old = numbers.map((number) => findStudent(facts, number));
  const fit = fitStorage(facts.order, facts.source, facts.nodes);
  const full = decideFullClones(facts, fit);
  const usable = new Set(findUsableNodes(facts, fit).map(({ name }) => name));
  const places = old.map(({ node }) => (usable.has(node) ? node : chooseOther(facts, usable)));
  const bases = planBases(facts, { nodes: [...new Set(places)], fit, refresh: refreshBase });
  const students = old.map(({ number }, index) =>
    planStudent(facts, { number, node: places[index] ?? '', full, choices: bases.choices }),
  );
  refuseImpossible(facts, students.length);
  refuseSmallRange(facts, bases.make.length + students.length);
  const replaced = old.map((student): ClassGuest => ({
    role: 'STUDENT',
    ...student,
    ...readLook(looks, student),
    after: [`student-${student.number}`],
  }));
  const spare = findSpareBases(facts, { old, students });
  const guests = [...replaced, ...spare.map((base) => toGuest(base, readLook(looks, base)))];
  return {
    ...describeCopies(facts, fit),
    make: [...bases.make, ...students],
    ...planRemovals(guests),
    warnings: [],
  };
}

/** Bases that a reset may leave without a machine: those of older generations. */
export function findOlderBases(facts: ClassFacts): BaseFacts[] {
  return facts.bases.filter((base) => base.removable && !isCurrent(facts, base));
}

function readLook(
  looks: ReadonlyMap<number, GuestLook>,
  { vmid, node }: { vmid: number; node: string },
): GuestLook & { node: string } {
  const look = looks.get(vmid) ?? { sight: 'OURS' };
  return { ...look, node: look.node ?? node };
}

function toGuest({ vmid, name }: BaseFacts, look: GuestLook & { node: string }): ClassGuest {
  return { role: 'BASE', vmid, name, madeHere: true, ...look };
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
function findSpareBases(
  facts: ClassFacts,
  done: { old: readonly StudentFacts[]; students: readonly PlannedGuest[] },
): BaseFacts[] {
  const replaced = new Set(done.old.map(({ vmid }) => vmid));
  const stillUsed = new Set([
    ...facts.students.filter(({ vmid }) => !replaced.has(vmid)).map(({ baseVmid }) => baseVmid),
    ...done.students.map(({ source }) => source?.vmid),
  ]);
  const unknown = facts.students.some(({ vmid, baseVmid }) => baseVmid === undefined && !replaced.has(vmid));
  if (unknown) return [];
  return findOlderBases(facts).filter(({ vmid }) => !stillUsed.has(vmid));
}
