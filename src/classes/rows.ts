/** The stored rows that classes work on; the SQLite client's types stand for both providers. */
export type {
  Class as ClassRow,
  ClassMachine as MachineRow,
  Template as TemplateRow,
} from '../../prisma/generated/sqlite/client.ts';
export type { ClassState, MachineRole, MachineState } from '../../prisma/generated/sqlite/enums.ts';
