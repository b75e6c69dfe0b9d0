/**
 * What a test, a replay or an operator can do to a running simulator from outside the API. One step is one object;
 * over HTTPS it is `POST /simulator/control` with the same object as JSON.
 */
import { z } from 'zod';
import { faultSchema } from './control/fault.ts';
import {
  aclSchema,
  guestSchema,
  haStateSchema,
  poolSchema,
  roleSchema,
  storageSchema,
  taskSchema,
  tokenSchema,
  userSchema,
  volumeSchema,
} from './world.ts';
import { bytesSchema } from './world/sizes.ts';

/** Which cluster of the world; default: the first. */
const cluster = z.string().optional();
const vmid = z.int();

export const controlStepSchema = z.discriminatedUnion('do', [
  /** Lets `ms` pass: moves a driven clock, waits on a real one. */
  z.object({ do: z.literal('pause'), ms: z.number().nonnegative() }),
  /** Lets time pass until the task has ended. */
  z.object({ do: z.literal('wait-task'), cluster, upid: z.string() }),
  /** Lets time pass until no task of any cluster runs. */
  z.object({ do: z.literal('wait-all-tasks') }),
  /** Statistics are broadcast now (otherwise every 10 s). */
  z.object({ do: z.literal('broadcast'), cluster }),
  /** So many bytes are written into a guest's disk; sets the data that copies move. */
  z.object({
    do: z.literal('write-data'),
    cluster,
    vmid,
    disk: z.string().default('scsi0'),
    bytes: bytesSchema,
  }),
  /** Sets keys of a guest's config (null removes), starts or stops it, without any check. */
  z.object({
    do: z.literal('set-guest'),
    cluster,
    vmid,
    config: z.record(z.string(), z.string().nullable()).default({}),
    running: z.boolean().optional(),
    /** For how many seconds it has been running. */
    uptime: z.int().optional(),
    node: z.string().optional(),
    /** Puts it under high availability in this state; null takes it out. */
    ha: haStateSchema.nullable().optional(),
  }),
  /** Puts a node into maintenance or back, or gives it other bridges. */
  z.object({
    do: z.literal('set-node'),
    cluster,
    node: z.string(),
    maintenance: z.boolean().optional(),
    bridges: z.array(z.string()).optional(),
  }),
  z.object({ do: z.literal('add-guest'), cluster, guest: guestSchema }),
  /** The guest, its volumes (unless kept), its ACLs and pool membership vanish; a task is booked with `task`. */
  z.object({
    do: z.literal('remove-guest'),
    cluster,
    vmid,
    keepVolumes: z.boolean().default(false),
    task: z.boolean().default(false),
  }),
  /** Takes a snapshot without any check; nothing when there is one of the name already. */
  z.object({ do: z.literal('snapshot-guest'), cluster, vmid, name: z.string() }),
  z.object({
    do: z.literal('resize-disk'),
    cluster,
    vmid,
    disk: z.string().default('scsi0'),
    size: bytesSchema,
  }),
  z.object({ do: z.literal('add-volume'), cluster, volume: volumeSchema }),
  z.object({
    do: z.literal('remove-volume'),
    cluster,
    storage: z.string(),
    name: z.string(),
    node: z.string().optional(),
  }),
  /** Books a finished task. */
  z.object({ do: z.literal('add-task'), cluster, task: taskSchema }),
  /** SIGKILL to a running task's worker: `unexpected status`, its locks in configs and its volumes stay. */
  z.object({ do: z.literal('kill-worker'), cluster, upid: z.string() }),
  /** Turns a fault on; the report's `fault` names it. */
  z.object({ do: z.literal('fault-on'), cluster, fault: faultSchema, id: z.string().optional() }),
  /** Turns off the fault of this id, or all of a kind, or (without both) all. */
  z.object({ do: z.literal('fault-off'), cluster, id: z.string().optional(), kind: z.string().optional() }),
  z.object({ do: z.literal('set-user'), cluster, user: userSchema }),
  z.object({ do: z.literal('remove-user'), cluster, id: z.string() }),
  z.object({ do: z.literal('set-token'), cluster, token: tokenSchema }),
  z.object({ do: z.literal('remove-token'), cluster, user: z.string(), id: z.string() }),
  z.object({ do: z.literal('set-role'), cluster, role: roleSchema }),
  z.object({ do: z.literal('set-acl'), cluster, acl: aclSchema }),
  z.object({ do: z.literal('remove-acl'), cluster, acl: aclSchema }),
  z.object({ do: z.literal('set-pool'), cluster, pool: poolSchema }),
  /** Adds or replaces a storage definition. */
  z.object({ do: z.literal('set-storage'), cluster, storage: storageSchema }),
  /** Datacenter options; null removes. */
  z.object({ do: z.literal('set-options'), cluster, options: z.record(z.string(), z.string().nullable()) }),
  /** Every ticket given so far becomes invalid. */
  z.object({ do: z.literal('expire-tickets'), cluster }),
]);

/** A checked step. */
export type ControlStep = z.output<typeof controlStepSchema>;
/** A step as written: defaults left out. */
export type ControlStepInput = z.input<typeof controlStepSchema>;

/** What a step gives back: the names of what it made, where it made something. */
export interface ControlReport {
  readonly fault?: string;
  readonly upid?: string;
  readonly secret?: string;
}
