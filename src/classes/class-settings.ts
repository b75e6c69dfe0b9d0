import { z } from 'zod';

/** What a class keeps beside its columns, as JSON. */
const classSettingsSchema = z.object({
  /** How many students it is to have; 0 until it is deployed. */
  students: z.int().min(0).default(0),
  /** Whether the teacher gets a machine. */
  teacherMachine: z.boolean().default(true),
  /** Storage of the teacher's machine and the bases; where the original's disks are unless told. */
  storage: z.string().optional(),
  /** Snapshot that each student's machine begins with. */
  snapshot: z.string().optional(),
  /** Students' machines are started once they are there. */
  start: z.boolean().default(false),
  /** Machines may be full copies where the storage cannot make linked clones. */
  allowFullClones: z.boolean().default(false),
});

export type ClassSettings = z.output<typeof classSettingsSchema>;

/** The settings of a class's row. Keys that other versions or the import wrote are passed over. */
export function readSettings({ settings }: { settings: string }): ClassSettings {
  return classSettingsSchema.parse(JSON.parse(settings));
}

/** The text of the row with some settings changed; unknown keys stay. */
export function changeSettings({ settings }: { settings: string }, change: Partial<ClassSettings>): string {
  return JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(settings)), ...change });
}

/** A comma-separated column as a list. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
