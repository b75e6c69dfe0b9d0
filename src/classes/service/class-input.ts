import { z } from 'zod';
import { vmidSchema } from '../../replication/policy/vmid.ts';
import { checkInput } from '../../errors/check-input.ts';
import { ClassError } from '../class-error.ts';
import { findPatternFault } from '../plan/class-names.ts';

/** The most students of one class. */
export const maxStudents = 1000;

const filled = z.string().trim().min(1, 'must not be empty').max(200, 'must have 200 characters at most');
const node = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'must be the name of a node');
const tag = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/,
    'must begin with a letter, digit or _ and have letters, digits, _ . + - only',
  );
const word = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{1,39}$/,
    'must begin with a letter and have 2 to 40 letters, digits, - and _',
  );
const students = z.int().min(0).max(maxStudents);
const classId = z.int().positive();
const trigger = z.enum(['MUTATION', 'COMMAND']);
const key = z.string().min(1).max(200).optional();

const range = z
  .strictObject({ first: vmidSchema, last: vmidSchema })
  .refine(({ first, last }) => first <= last, 'first must not be greater than last');

const pattern = filled.superRefine((text, context) => {
  const fault = findPatternFault(text);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

export const createClassSchema = z.strictObject({
  name: filled,
  teacher: filled.optional(),
  description: z.string().max(10_000).optional(),
  clusterId: filled,
  /** The original that the class is made from. */
  sourceVmid: vmidSchema,
  /** Nodes that may hold students; all unless told. */
  nodes: z.array(node).max(64).default([]),
  pool: filled.optional(),
  tags: z.array(tag).max(20).default([]),
  namePattern: pattern.default('<class>-<n>'),
  /** Ids of the class's guests; the first free hundreds from 10000 on unless told. */
  vmids: range.optional(),
  /** How many students it will have; decides how large its range of ids is. */
  students: students.default(30),
  teacherMachine: z.boolean().default(true),
  storage: filled.optional(),
  snapshot: word.optional(),
  start: z.boolean().default(false),
  allowFullClones: z.boolean().default(false),
});

const order = { classId, trigger, dryRun: z.boolean().default(false), idempotencyKey: key };

export const deployClassSchema = z.strictObject({
  ...order,
  /** How many students it is to have; what was said when it was created or deployed before unless told. */
  students: students.optional(),
  allowFullClones: z.boolean().optional(),
});

export const addStudentsSchema = z.strictObject({
  ...order,
  /** How many more students. */
  count: z.int().min(1).max(maxStudents),
});

/** The class's name, said again: needed where many guests would go. */
const confirm = z.string().optional();

export const resetStudentSchema = z.strictObject({
  ...order,
  confirm,
  /** Numbers of the students whose machines are made anew. */
  numbers: z.array(z.int().positive()).min(1).max(maxStudents),
  /** From a base of the original as it is now; such a base is made where there is none. */
  refreshBase: z.boolean().default(false),
});

export const deleteClassSchema = z.strictObject({ ...order, confirm });

export const registerClassTemplateSchema = z.strictObject({
  classId,
  clusterId: filled,
  vmid: vmidSchema,
  /** The original that it was made from. */
  sourceVmid: vmidSchema,
  node,
  /** Writes the lineage into the template's description, so that a lost database can be rebuilt. */
  writeMarker: z.boolean().default(false),
  /** Name to be recorded while Proxmox cannot be asked; made from the class's name unless known. */
  name: filled.optional(),
  /** Only checks. */
  dryRun: z.boolean().default(false),
});

export const attachMachineSchema = z.strictObject({
  classId,
  vmid: vmidSchema,
  role: z.enum(['TEACHER', 'STUDENT']).default('STUDENT'),
  assignedTo: filled.optional(),
});

export type CreateClassInput = z.input<typeof createClassSchema>;
export type DeployClassInput = z.input<typeof deployClassSchema>;
export type AddStudentsInput = z.input<typeof addStudentsSchema>;
export type ResetStudentInput = z.input<typeof resetStudentSchema>;
export type DeleteClassInput = z.input<typeof deleteClassSchema>;
export type RegisterClassTemplateInput = z.input<typeof registerClassTemplateSchema>;
export type AttachMachineInput = z.input<typeof attachMachineSchema>;

/** @throws ClassError INVALID_INPUT with the first fault and its field. */
export function checkClassInput<Schema extends z.ZodType>(
  schema: Schema,
  input: z.input<Schema>,
): z.output<Schema> {
  return checkInput(
    schema,
    input,
    ({ message, ...fault }) => new ClassError('INVALID_INPUT', message, fault),
  );
}
