import { ClassError } from '../class-error.ts';
import type { ClassFacts, NodeFacts } from '../facts/class-facts.ts';
import { nameStudent, nameTeacher } from './class-names.ts';
import type { GuestPlan, PlannedGuest } from './class-plan.ts';
import { countFree } from './class-vmids.ts';
import { placeStudents } from './place-students.ts';
import { planBases, type BaseChoice } from './plan-bases.ts';
import { planCopy } from './plan-copy.ts';
import { fitStorage, type StorageFit } from './storage-fit.ts';
import { findUsableNodes } from '../facts/usable-nodes.ts';
import { listWarnings } from './warnings.ts';

export interface DeploymentRequest {
  /** How many students the class is to have in the end. */
  students: number;
  /** Whether it is to have a teacher's machine. */
  teacher: boolean;
}

/**
 * What is missing of a class: its bases, its teacher's machine, and students' machines as linked clones. What is there
 * stays as it is, so the same request again plans nothing.
 *
 * @throws ClassError COPY_NOT_POSSIBLE, NO_NODE, LINKED_CLONES_NOT_POSSIBLE, VMID_RANGE_TOO_SMALL
 */
export function planDeployment(facts: ClassFacts, request: DeploymentRequest): GuestPlan {
  const fit = fitStorage(facts.order, facts.source, facts.nodes);
  const full = decideFullClones(facts, fit);
  const usable = findUsableNodes(facts, fit);
  const numbers = listMissing(facts, request.students);
  const placed = placeStudents({
    nodes: usable.map(toRoom(facts)),
    count: numbers.length,
    memory: facts.source.memory,
  });
  const bases = planBases(facts, { nodes: [...new Set(placed.nodes)], fit, refresh: false });
  const teacher = request.teacher && !facts.teacherPresent ? [planTeacher(facts, fit, usable)] : [];
  const students = numbers.map((number, index) =>
    planStudent(facts, { number, node: placed.nodes[index] ?? '', full, choices: bases.choices }),
  );
  const make = [...bases.make, ...teacher, ...students];
  refuseImpossible(facts, make.length);
  refuseSmallRange(facts, make.length);
  const warnings = listWarnings(facts, { make, fit, crowded: placed.crowded });
  return { ...describeCopies(facts, fit), make, remove: [], attempt: [], keep: [], warnings };
}

/** What all copies of a plan have in common. */
export function describeCopies(
  { source }: ClassFacts,
  { detach, storages }: StorageFit,
): Pick<GuestPlan, 'guestKind' | 'detach' | 'storages'> {
  return { guestKind: source.kind, detach, storages };
}

/**
 * Whether students' machines have to be full copies.
 *
 * @throws ClassError LINKED_CLONES_NOT_POSSIBLE when they would have to be and nobody allowed it.
 */
export function decideFullClones({ order }: ClassFacts, { unlinkable }: StorageFit): boolean {
  if (unlinkable === undefined) return false;
  if (order.allowFullClones) return true;
  throw new ClassError(
    'LINKED_CLONES_NOT_POSSIBLE',
    `Storage ${unlinkable.storage} (${unlinkable.type}) cannot make linked clones. Choose another storage for the class, or set allowFullClones to make every student's machine a full copy.`,
    { field: ['allowFullClones'] },
  );
}

/** @throws ClassError COPY_NOT_POSSIBLE when Proxmox would refuse whatever is to be made. */
export function refuseImpossible({ source: { refusal } }: ClassFacts, needed: number): void {
  if (refusal === undefined || needed === 0) return;
  throw new ClassError('COPY_NOT_POSSIBLE', `${refusal}.`);
}

/** @throws ClassError VMID_RANGE_TOO_SMALL when the class's range has fewer free ids than are needed. */
export function refuseSmallRange({ order, taken }: ClassFacts, needed: number): void {
  const free = countFree(order.vmids, taken);
  if (free >= needed) return;
  const { first, last } = order.vmids;
  const message = `The class needs ${needed} ids, and its range ${first}–${last} has ${free} free ones. Give it a larger range.`;
  throw new ClassError('VMID_RANGE_TOO_SMALL', message, { field: ['vmids'] });
}

/** A student's machine on a node, cloned from the base chosen for the node. */
export function planStudent(
  { order, source }: ClassFacts,
  student: { number: number; node: string; full: boolean; choices: ReadonlyMap<string, BaseChoice> },
): PlannedGuest {
  const { number, node, full } = student;
  const base = student.choices.get(node);
  return {
    key: `student-${number}`,
    role: 'STUDENT',
    number,
    name: nameStudent(order.namePattern, { class: order.name, teacher: order.teacher, number }),
    node,
    full,
    transfer: base?.node === node ? 'SAME_NODE' : 'TARGET',
    source: base?.source,
    baseKey: base?.baseKey,
    bytes: full ? source.bytes : 0,
  };
}

function planTeacher(facts: ClassFacts, fit: StorageFit, usable: readonly NodeFacts[]): PlannedGuest {
  const { order, source } = facts;
  const node = chooseTeacherNode(facts, usable);
  return {
    key: 'teacher',
    role: 'TEACHER',
    name: nameTeacher(order.name),
    node,
    full: true,
    ...planCopy(source, fit, node),
    source: { vmid: source.vmid, node: source.node, generation: source.generation },
    bytes: source.bytes,
  };
}

/** Where the original is, else where a replica is, else where most memory is free. */
function chooseTeacherNode({ source }: ClassFacts, usable: readonly NodeFacts[]): string {
  const near = [source, ...source.replicas].find(({ node }) => usable.some(({ name }) => name === node));
  if (near !== undefined) return near.node;
  const [roomiest] = usable.toSorted((left, right) => (right.freeMemory ?? 0) - (left.freeMemory ?? 0));
  return roomiest?.name ?? source.node;
}

function listMissing({ students }: ClassFacts, wanted: number): number[] {
  const present = new Set(students.map(({ number }) => number));
  return Array.from({ length: wanted }, (_, index) => index + 1).filter((number) => !present.has(number));
}

function toRoom({ students }: ClassFacts) {
  return ({ name, freeMemory }: NodeFacts) => ({
    node: name,
    freeMemory,
    students: students.filter(({ node }) => node === name).length,
  });
}
