import { z } from 'zod';
import { parseCron } from './cron.ts';
import { vmidSchema } from './vmid.ts';

const nonEmpty = z.string().trim().min(1, 'must not be empty');
const glob = nonEmpty.describe('A name; * stands for any characters, ? for one.');
const poolName = nonEmpty.regex(/^[\w.-]+(\/[\w.-]+){0,2}$/, 'must be the name of a pool');
const atOnce = z.int().min(1).max(64);
const dayTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:30');

/** Templates by any of their names, tags, pools or ids; an empty selector matches nothing. */
export const templateSelectorSchema = z.strictObject({
  names: z.array(glob).default([]),
  tags: z.array(glob).default([]),
  pools: z.array(glob).default([]),
  vmids: z.array(vmidSchema).default([]),
});

const nothing = { names: [], tags: [], pools: [], vmids: [] };

/** A time of day at which no copy is begun; over midnight when `from` is later than `to`. */
export const quietHoursSchema = z.strictObject({
  from: dayTime,
  to: dayTime,
  /** Days on which it begins, 0 (Sunday) to 6; every day unless told. */
  days: z.array(z.int().min(0).max(6)).min(1).default([0, 1, 2, 3, 4, 5, 6]),
});

const timezone = nonEmpty.refine(isTimezone, 'must be a time zone such as Europe/Vienna or UTC');
const cron = nonEmpty.refine(
  (text) => parseCron(text) !== undefined,
  'must be a cron expression such as "0 2 * * *"',
);

/** How a cluster's templates are replicated: the form of the clusters file's `replication` and of the API. */
export const replicationPolicySchema = z.strictObject({
  /** Nothing is begun while true. */
  paused: z.boolean().default(false),
  /**
   * ALL_NODES: every template on every node. SELECTED: only what `templates.include` and `nodes.include` name.
   * ON_DEMAND: only what is asked for.
   */
  mode: z.enum(['ALL_NODES', 'SELECTED', 'ON_DEMAND']).default('ALL_NODES'),
  templates: z
    .strictObject({
      /** Without it every template is included (nothing, where the mode is SELECTED). */
      include: templateSelectorSchema.optional(),
      /** Stands over `include`. */
      exclude: templateSelectorSchema.default(nothing),
    })
    .default({ exclude: nothing }),
  nodes: z
    .strictObject({ include: z.array(glob).optional(), exclude: z.array(glob).default([]) })
    .default({ exclude: [] }),
  /** Node name (or `*`) → storage that its replicas lie on; otherwise where the source's name leads. */
  storage: z.record(nonEmpty, nonEmpty).default({}),
  /** Pool that replicas are made in: an account without rights on all guests needs those to make them there. */
  pool: poolName.optional(),
  /** Name of a replica; `<name>`, `<node>` and `<vmid>` (the source's) are put in. */
  namePattern: nonEmpty.default('<name>-replica'),
  /** Ids that replicas may have; the cluster's own range unless told. */
  vmidRange: z
    .strictObject({ first: vmidSchema, last: vmidSchema })
    .refine(({ first, last }) => first <= last, 'first must not be greater than last')
    .optional(),
  /** KiB/s of one copy. */
  bandwidthLimit: z.int().positive().optional(),
  /** Copies at a time. */
  limits: z
    .strictObject({
      perSource: atOnce.default(1),
      perTarget: atOnce.default(1),
      perStorage: atOnce.default(2),
      perCluster: atOnce.default(3),
    })
    .default({ perSource: 1, perTarget: 1, perStorage: 2, perCluster: 3 }),
  /** Cron expression of the passes; the server's own interval unless told. */
  schedule: cron.optional(),
  quietHours: z.array(quietHoursSchema).default([]),
  /** Of `schedule` and `quietHours`. */
  timezone: timezone.default('UTC'),
  /** skip: a template wholly on storage that the node shares is not copied there. */
  sharedStorage: z.enum(['replicate', 'skip']).default('replicate'),
  /** replicate: also to storage that cannot hold the bases of linked clones (thick LVM). */
  fullCloneOnly: z.enum(['skip', 'replicate']).default('skip'),
  /**
   * How many times what is free on thin storage may be promised to copies. Without it: as long as everything that is
   * written on the source's storage would fit.
   */
  overcommit: z.number().min(1).max(1000).optional(),
  /**
   * Originals of one name on different nodes. separate: each is a template of its own. one: it is one template that was
   * made by hand on each node, and is copied only to nodes that have none of them.
   */
  sameName: z.enum(['separate', 'one']).default('separate'),
  /** Replicas of an older generation: replaced, new before old, or kept as they are. */
  outdated: z.enum(['replace', 'keep']).default('replace'),
  /** Replicas whose source is gone. */
  orphans: z.enum(['keep', 'remove']).default('keep'),
});

export type ReplicationPolicy = z.output<typeof replicationPolicySchema>;
/** A policy as it is written: everything that has a default may be left out. */
export type ReplicationPolicyInput = z.input<typeof replicationPolicySchema>;
export type TemplateSelector = z.output<typeof templateSelectorSchema>;
export type QuietHours = z.output<typeof quietHoursSchema>;
export type CopyLimits = ReplicationPolicy['limits'];

/** What holds where nobody says otherwise. */
export const defaultPolicy: ReplicationPolicy = replicationPolicySchema.parse({});

function isTimezone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
