import { z } from 'zod';

const vmid = z.int().min(100).max(999_999_999);

/**
 * How a guest is made, whatever it is for: clone, prepare, migrate, convert, start, each but the first optional. It is
 * stored as JSON in the step's `parameters`, so that any process can go on with it.
 */
export const makeRecipeSchema = z.object({
  /** Full copy; false is a linked clone. */
  full: z.boolean().default(true),
  /** The clone call names the target node itself (shared storage); otherwise the guest is migrated there. */
  cloneTarget: z.boolean().default(false),
  /** Storage of the copy, for full clones. */
  cloneStorage: z.string().optional(),
  cloneFormat: z.enum(['raw', 'qcow2', 'vmdk']).optional(),
  pool: z.string().optional(),
  /** Storage, or map `a:b,c:d`, on the target node. */
  migrateStorage: z.string().optional(),
  /** KiB/s, for the clone and for the migration. */
  bandwidthLimit: z.int().positive().optional(),
  /** CD drives of the copy to be emptied before it moves. */
  detach: z.array(z.string()).default([]),
  /** Keys of the copy's config to set and to take out before it moves. Its protection is always taken off. */
  set: z.record(z.string(), z.string()).default({}),
  remove: z.array(z.string()).default([]),
  /** Text above the marker in the description. */
  note: z.string().optional(),
  /** Convert to a template in the end. */
  convert: z.boolean().default(true),
  /** Snapshot to make once it is in place, for example to reset to. */
  snapshot: z.string().optional(),
  /** Start it in the end. */
  start: z.boolean().default(false),
  /** The range new ids are taken from; without it `nextid` decides. */
  vmids: z.object({ first: vmid, last: vmid }).optional(),
  /** Storages the copy reads and writes, for the limits: `node/name`, or `name` where shared. */
  storages: z.array(z.string()).default([]),
  /** Tokens of steps of the same run that must be DONE before this one begins. */
  after: z.array(z.string()).default([]),
  /** Token of the step whose guest is the source: its vmid and node are filled in when it is DONE. */
  sourceStep: z.string().optional(),
});

/** How a guest is removed. Only guests with our own marker are. */
export const removeRecipeSchema = z.object({
  /** Stop it first when it runs; otherwise a running guest is a failure. */
  stop: z.boolean().default(false),
  /** The marker must name this class. */
  classId: z.int().optional(),
  /** It was never finished: a protection that it has is its source's, and is taken off. */
  halfMade: z.boolean().default(false),
  after: z.array(z.string()).default([]),
});

export type MakeRecipe = z.output<typeof makeRecipeSchema>;
export type MakeRecipeInput = z.input<typeof makeRecipeSchema>;
export type RemoveRecipe = z.output<typeof removeRecipeSchema>;
export type RemoveRecipeInput = z.input<typeof removeRecipeSchema>;
