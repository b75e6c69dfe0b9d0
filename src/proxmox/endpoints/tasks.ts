import { z } from 'zod';
import type { CallOptions } from '../http/call.ts';
import { pathOf } from '../http/call.ts';
import type { ProxmoxClient } from '../client.ts';
import { integer, listOf, maybe, maybeWord, nothing, text } from '../lenient.ts';
import { parseUpid, upidAnswer } from '../tasks/upid.ts';

/** What a task is, and who began it. Times are seconds since the epoch. */
interface TaskOrigin {
  upid: string;
  node: string;
  type: string;
  /** Mostly a vmid; of a clone the source's. */
  id?: string;
  /** User; what only the UPID tells of a token's task is the token's full id. */
  user: string;
  startTime: number;
}

/** A task in a list. */
export interface TaskRow extends TaskOrigin {
  endTime?: number;
  running: boolean;
  /** `OK`, `WARNINGS: n` or the error; undefined while it runs. */
  exitStatus?: string;
}

export interface TaskStatus extends TaskOrigin {
  running: boolean;
  exitStatus?: string;
}

export interface TaskLog {
  /** In order, from `start` on. */
  lines: string[];
}

export interface TaskFilter {
  /** `archive` is the server's default: finished tasks only. */
  source?: 'all' | 'active' | 'archive';
  /** Compared with the task's id: of a clone that is the source. */
  vmid?: number;
  /** For instance `qmclone`. */
  typefilter?: string;
  /** Seconds since the epoch. */
  since?: number;
  limit?: number;
}

/** What both the lists and the status say; servers that only resemble Proxmox leave some of it out. */
const common = {
  node: maybeWord,
  type: maybeWord,
  id: maybe(text),
  user: maybeWord,
  starttime: maybe(integer),
};

/** What is told of a task, and from its UPID what is left out. */
function describeTask(upid: string, { node, type, id, user, starttime }: TaskWords): TaskOrigin {
  const said = parseUpid(upid);
  return {
    upid,
    node: node ?? said.node,
    type: type ?? said.type,
    id: (id ?? said.id) || undefined,
    user: user ?? said.user,
    startTime: starttime ?? said.startTime,
  };
}

type TaskWords = z.output<z.ZodObject<typeof common>>;

const row = z
  .object({ upid: upidAnswer, ...common, endtime: maybe(integer), status: maybe(text) })
  .transform(({ upid, endtime, status, ...words }): TaskRow => {
    // The node's list says RUNNING, the cluster's leaves the status out.
    const running = endtime === undefined && (status === undefined || status === 'RUNNING');
    const exitStatus = running ? undefined : status;
    return { ...describeTask(upid, words), endTime: endtime, running, exitStatus };
  });

const status = z.object({ ...common, status: z.enum(['running', 'stopped']), exitstatus: maybe(text) });

const line = z.object({ n: integer, t: maybe(text) });

/** A log that cannot be opened is one line outside of any list. */
const logAnswer = z
  .union([z.array(line), line.transform((only) => [only])])
  .nullable()
  .transform((lines) => (lines ?? []).toSorted((a, b) => a.n - b.n).map(({ t }) => t ?? ''));

/** The tasks of one node that the caller may see. */
export function listNodeTasks(
  client: ProxmoxClient,
  node: string,
  { source, vmid, typefilter, since, limit, ...options }: CallOptions & TaskFilter = {},
): Promise<TaskRow[]> {
  const parameters = { source, vmid, typefilter, since, limit };
  const path = pathOf('nodes', node, 'tasks');
  return client.call({ method: 'GET', path, parameters, answer: listOf(row), ...options });
}

/** Running and recent tasks of the cluster; a token without Sys.Audit on / sees none, not even its own. */
export function listClusterTasks(client: ProxmoxClient, options?: CallOptions): Promise<TaskRow[]> {
  return client.call({ method: 'GET', path: '/cluster/tasks', answer: listOf(row), ...options });
}

/** One task's state. Fails with TASK_NOT_FOUND when its log is gone, or not there yet. */
export async function getTaskStatus(
  client: ProxmoxClient,
  upid: string,
  options?: CallOptions,
): Promise<TaskStatus> {
  const path = taskPath(upid, 'status');
  const told = await client.call({ method: 'GET', path, answer: status, ...options });
  const { status: state, exitstatus: exitStatus, ...words } = told;
  return { ...describeTask(upid, words), running: state === 'running', exitStatus };
}

/** Lines of a task's log from `start` (0 is the first); `limit` 0 is all, 50 unless told. */
export async function getTaskLog(
  client: ProxmoxClient,
  upid: string,
  { start, limit, ...options }: CallOptions & { start?: number; limit?: number } = {},
): Promise<TaskLog> {
  const path = taskPath(upid, 'log');
  const parameters = { start, limit };
  const lines = await client.call({ method: 'GET', path, parameters, answer: logAnswer, ...options });
  return { lines: lines.length === 1 && lines[0] === 'no content' ? [] : lines };
}

/** Stops a task; it gets 5 s to clean up. Its own user may, others need Sys.Modify on the node. */
export function stopTask(client: ProxmoxClient, upid: string, options?: CallOptions): Promise<void> {
  return client.call({ method: 'DELETE', path: taskPath(upid), answer: nothing, ...options });
}

function taskPath(upid: string, ...rest: readonly string[]): string {
  return pathOf('nodes', parseUpid(upid).node, 'tasks', upid, ...rest);
}
