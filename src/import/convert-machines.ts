import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import { convertDate } from './convert-values.ts';
import type { ClassDraft } from './convert-classes.ts';
import type { ConversionContext } from './convert-templates.ts';
import { largestInteger, readFlag, readId, readInteger, readText, type LegacyRow } from './legacy-values.ts';

/** A machine of a class, apart from the id that it will get; `classId` is still the old id. */
export interface MachineDraft extends Omit<Prisma.ClassMachineCreateManyInput, 'id'> {
  readonly legacyId?: number;
  readonly vmid: number;
}

/** Converts the `vm_assignments` table: who has which machine of which class. */
export function convertMachines(
  rows: readonly LegacyRow[],
  classes: readonly ClassDraft[],
  context: ConversionContext,
): MachineDraft[] {
  const classesById = new Map(classes.map((entry) => [entry.legacyId, entry]));
  const students = new Map<number, number>();
  return rows.flatMap((row) => {
    const owner = classesById.get(readId(row['class_id']));
    const reason = findObstacle(row, owner);
    if (reason !== undefined) {
      context.notes.left.push({ table: 'vm_assignments', id: readInteger(row['id']), reason });
      return [];
    }
    return owner ? [convertMachine(row, owner, { students, context })] : [];
  });
}

/** Why a row cannot be a machine of a class, or undefined. */
function findObstacle(row: LegacyRow, owner: ClassDraft | undefined): string | undefined {
  const vmid = readInteger(row['proxmox_vmid']);
  if (vmid === undefined || Math.abs(vmid) > largestInteger) return 'proxmox_vmid is no VMID';
  if (readInteger(row['class_id']) === undefined) return `VM ${vmid} belongs to no class`;
  if (!owner) return `VM ${vmid} belongs to class ${readInteger(row['class_id'])}, which does not exist`;
  if (readText(row['status']) === 'reserved')
    return `VM ${vmid} is the base disk of class ${owner.name}, not a machine`;
  return undefined;
}

interface MachineContext {
  /** How many students each class has so far. */
  readonly students: Map<number, number>;
  readonly context: ConversionContext;
}

function convertMachine(
  row: LegacyRow,
  owner: ClassDraft,
  { students, context }: MachineContext,
): MachineDraft {
  const legacyId = readId(row['id']);
  const mend = (reason: string) =>
    context.notes.mended.push({ table: 'vm_assignments', id: legacyId, reason });
  const classId = readId(row['class_id']) ?? 0;
  const isTeacher = readFlag(row['is_teacher_vm']) === true || readFlag(row['is_template_vm']) === true;
  const number = (students.get(classId) ?? 0) + 1;
  if (!isTeacher) students.set(classId, number);
  return {
    legacyId,
    classId,
    clusterId: owner.clusterId ?? null,
    role: isTeacher ? 'TEACHER' : 'STUDENT',
    state: 'IMPORTED',
    number: isTeacher ? null : number,
    vmid: readInteger(row['proxmox_vmid']) ?? 0,
    node: readText(row['node']) ?? null,
    name: readText(row['vm_name']) ?? null,
    assignedTo: context.users.get(readInteger(row['assigned_user_id']) ?? 0) ?? null,
    macAddress: readText(row['mac_address']) ?? null,
    legacy: JSON.stringify(row),
    createdAt: convertDate(row, 'created_at', mend) ?? context.now,
    assignedAt: convertDate(row, 'assigned_at', mend),
  };
}
