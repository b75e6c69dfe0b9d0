import { z } from 'zod';

const times = z.int().positive().optional();
/** Which requests a fault of the HTTP layer concerns; all when nothing is given. `path` is a pattern (RegExp). */
const requests = {
  method: z.string().optional(),
  path: z.string().optional(),
  node: z.string().optional(),
  times,
};
/** Which tasks a fault concerns: `type` such as `qmclone`, `vmid` the guest in the UPID. */
const tasks = { type: z.string(), vmid: z.int().optional(), times };

/** What can be wrong with a cluster. A fault lasts until it is taken off or has struck `times` times. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Powered off: its listener refuses, others answer 595 for it, its guests become `unknown` after 300 s. */
  z.object({ kind: z.literal('node-off'), node: z.string() }),
  /** Others cannot reach it: 595 `reason`, at once or after `afterMs`. The node itself goes on. */
  z.object({
    kind: z.literal('node-unreachable'),
    node: z.string(),
    reason: z.string().default('No route to host'),
    afterMs: z.int().default(0),
  }),
  /** The node's daemon answers nothing: 596 after 30 s, and what was asked is done all the same. */
  z.object({
    kind: z.literal('daemon-hung'),
    node: z.string(),
    method: z.string().optional(),
    path: z.string().optional(),
    times,
  }),
  /** pvedaemon is down while pveproxy runs: what runs as root answers 595 with an empty body, logins among it. */
  z.object({ kind: z.literal('daemon-down'), node: z.string().optional() }),
  /** These nodes are cut off from the others: each side has its own quorum and gets 595 from the other one. */
  z.object({
    kind: z.literal('partition'),
    nodes: z.array(z.string()).min(1),
    reason: z.string().default('No route to host'),
    afterMs: z.int().default(0),
  }),
  z.object({ kind: z.literal('no-quorum') }),
  /** No byte fits any more: allocations and copies fail. */
  z.object({ kind: z.literal('storage-full'), storage: z.string(), node: z.string().optional() }),
  /** Unreachable: `active` 0, refused by everything that needs it. */
  z.object({ kind: z.literal('storage-offline'), storage: z.string(), node: z.string().optional() }),
  /** Someone else holds the storage's lock: who needs it waits 10 s and fails. */
  z.object({ kind: z.literal('storage-locked'), storage: z.string(), node: z.string().optional() }),
  /** Copying an image fails with ENOSPC; making an empty volume still works. */
  z.object({
    kind: z.literal('copy-fails'),
    node: z.string().optional(),
    message: z.string().default('No space left on device'),
  }),
  /** Each volume creation takes `ms` longer while the storage's lock is held. */
  z.object({
    kind: z.literal('slow-volumes'),
    ms: z.int(),
    node: z.string().optional(),
    storage: z.string().optional(),
  }),
  /** Tasks end with the error `message`, without effect (`when: start`) or after the work is done (`end`). */
  z.object({
    kind: z.literal('task-fails'),
    ...tasks,
    message: z.string(),
    when: z.enum(['start', 'end']).default('start'),
  }),
  /** The worker is killed (-9) `afterMs` after its start: `unexpected status`, its lock stays. */
  z.object({ kind: z.literal('worker-killed'), ...tasks, afterMs: z.int().default(1000) }),
  /** A migration breaks: `early` = `migration aborted`, source intact; `late` = config moved, `migration problems`. */
  z.object({
    kind: z.literal('migration-breaks'),
    when: z.enum(['early', 'late']),
    vmid: z.int().optional(),
    times,
    message: z
      .string()
      .default("storage migration failed - Can't connect to destination address using public key"),
  }),
  /** The body of a 200 answer ends in the middle. */
  z.object({ kind: z.literal('broken-json'), ...requests }),
  /** The connection is cut before anything was done, or after all was done but before the answer. */
  z.object({ kind: z.literal('cut-connection'), when: z.enum(['before', 'after']), ...requests }),
  /** Answers come `ms` later (the work is done at once). */
  z.object({ kind: z.literal('slow-answers'), ms: z.int(), ...requests }),
  /** Every matching request gets this answer and nothing is done. */
  z.object({
    kind: z.literal('refuse'),
    status: z.int(),
    reason: z.string(),
    message: z.string().optional(),
    ...requests,
  }),
  /** The statistics daemon of the node (or of all) stops broadcasting. */
  z.object({ kind: z.literal('stale-resources'), node: z.string().optional() }),
  /** Somebody creates a guest with the wanted id just before a clone: `where` this node or another one. */
  z.object({
    kind: z.literal('vmid-taken'),
    where: z.enum(['same-node', 'other-node']).default('other-node'),
    times,
  }),
  /** The guest is locked (by a backup, say); taking the fault off unlocks it. */
  z.object({ kind: z.literal('guest-locked'), vmid: z.int(), lock: z.string().default('backup') }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultInput = z.input<typeof faultSchema>;
