import { ownerOf } from '../../names/account.ts';
import { isSuccess, type Task } from '../engine/tasks.ts';
import { formatUpid, parseUpid, type UpidParts } from '../engine/upid.ts';
import { refuse, refuseParameters, refuseRights } from '../errors.ts';
import { Answer } from '../http/envelope.ts';
import { Download } from '../http/download.ts';
import type { ApiCall, Handlers } from './call.ts';
import { describeTask } from './task-rows.ts';

const killGrace = 1000;

/** Tasks of a node: list, status, log, stop. */
export const taskHandlers: Handlers = {
  'GET /nodes/{node}/tasks': listTasks,
  'GET /nodes/{node}/tasks/{upid}': () => [{ name: 'log' }, { name: 'status' }],
  'GET /nodes/{node}/tasks/{upid}/status': getStatus,
  'GET /nodes/{node}/tasks/{upid}/log': getLog,
  'DELETE /nodes/{node}/tasks/{upid}': stopTask,
};

function listTasks(call: ApiCall): Answer {
  const { cluster, parameters, node } = call;
  const source = parameters.text('source') ?? 'archive';
  const start = parameters.integer('start') ?? 0;
  const limit = parameters.integer('limit') ?? 50;
  const running = source === 'archive' ? [] : cluster.tasks.running(node);
  const finished = source === 'active' ? [] : cluster.tasks.finished(node);
  const fits = makeFilter(call);
  const chosen = [...running, ...finished].filter(fits);
  const rows = chosen.slice(start, limit > 0 ? start + limit : undefined).map(describeListed);
  return new Answer(rows, chosen.length > 0 ? { total: chosen.length } : {});
}

function describeListed(task: Task): object {
  const row = describeTask(task);
  if (task.endedAt === undefined) return { ...row, saved: '0', status: 'RUNNING' };
  return { ...row, endtime: Math.floor(task.endedAt / 1000), status: task.exitStatus ?? 'unexpected status' };
}

function makeFilter({ cluster, identity, node, parameters }: ApiCall): (task: Task) => boolean {
  const seesAll = cluster.permissions.has(identity, `/nodes/${node}`, 'Sys.Audit');
  const vmid = parameters.text('vmid');
  const type = parameters.text('typefilter');
  const user = parameters.text('userfilter');
  const [since, until] = [parameters.integer('since'), parameters.integer('until')];
  const states = parameters.list('statusfilter');
  return (task) =>
    (seesAll || isOwn(task.parts, identity)) &&
    (vmid === undefined || task.parts.id === vmid) &&
    (type === undefined || task.parts.type === type) &&
    (user === undefined || task.parts.user.includes(user)) &&
    (since === undefined || task.parts.startTime >= since) &&
    (until === undefined || task.parts.startTime <= until) &&
    (!parameters.flag('errors') || (task.endedAt !== undefined && !isSuccess(task.exitStatus))) &&
    (states.length === 0 || states.includes(classify(task)));
}

function classify(task: Task): string {
  if (task.endedAt === undefined || task.exitStatus === undefined) return 'unknown';
  if (task.exitStatus === 'OK') return 'ok';
  return task.exitStatus.startsWith('WARNINGS') ? 'warning' : 'error';
}

/** A token sees the tasks of this token, a user those of its tokens too. */
function isOwn(parts: UpidParts, identity: ApiCall['identity']): boolean {
  if (identity.token !== undefined) return parts.user === `${identity.user}!${identity.token}`;
  return ownerOf(parts.user) === identity.user;
}

/** The UPID's parts, refused when it is none; and the task, when this node has it. */
function findTask({ cluster, parameters, node }: ApiCall): {
  readonly parts: UpidParts;
  readonly task: Task | undefined;
} {
  const upid = parameters.require('upid');
  const parts = parseUpid(upid);
  if (!parts) throw refuseParameters({ upid: 'unable to parse worker upid' });
  const task = cluster.tasks.find(upid);
  return { parts, task: task?.parts.node === node ? task : undefined };
}

function requireAudit({ cluster, identity, node }: ApiCall, parts: UpidParts, privilege: string): void {
  if (isOwn(parts, identity) || cluster.permissions.has(identity, `/nodes/${node}`, privilege)) return;
  throw refuseRights(`/nodes/${node}, ${privilege}`);
}

function getStatus(call: ApiCall): object {
  const { parts, task } = findTask(call);
  requireAudit(call, parts, 'Sys.Audit');
  if (!task) throw refuseParameters({ upid: 'no such task' });
  const row = describeTask(task);
  if (task.endedAt === undefined) return { ...row, status: 'running' };
  return { ...row, status: 'stopped', exitstatus: task.exitStatus ?? 'unexpected status' };
}

function getLog(call: ApiCall): Answer | Download {
  const { parts, task } = findTask(call);
  requireAudit(call, parts, 'Sys.Audit');
  const { parameters } = call;
  const [start, limit] = [parameters.integer('start'), parameters.integer('limit')];
  if (parameters.flag('download')) {
    if (start !== undefined || limit !== undefined)
      throw refuse(`'download' cannot be used together with 'start' or 'limit' parameters`);
    return downloadLog(parts, task);
  }
  return task ? pageLog(task.log, { start: start ?? 0, limit: limit ?? 50 }) : describeNoLog(call);
}

function pageLog(
  log: readonly string[],
  { start, limit }: { readonly start: number; readonly limit: number },
): Answer {
  if (log.length === 0) return new Answer([{ n: 1, t: 'no content' }], { total: 1 });
  const lines = log
    .slice(start, limit > 0 ? start + limit : undefined)
    .map((text, index) => ({ n: start + index + 1, t: text }));
  return new Answer(lines, { total: log.length });
}

/** The log of a task that never was: one line, and before 9.0 not even a list of one. */
function describeNoLog({ cluster }: ApiCall): Answer {
  const line = { n: 1, t: 'unable to open file - No such file or directory' };
  return new Answer(cluster.behaviour.listsNoLog ? [line] : line, { total: 1 });
}

/** The whole log as a file. */
function downloadLog(parts: UpidParts, task: Task | undefined): Download {
  if (!task) {
    const folder = parts.startTime.toString(16).toUpperCase().slice(-1);
    const file = `/var/log/pve/tasks/${folder}/${formatUpid(parts)}`;
    throw refuse(`Could not open file '${file}' - No such file or directory`);
  }
  const started = new Date(parts.startTime * 1000).toISOString().slice(0, 19);
  return new Download({
    text: task.log.map((line) => `${line}\n`).join(''),
    type: 'text/plain',
    fileName: `task-${parts.node}-${parts.type}-${started}Z.log`,
  });
}

async function stopTask(call: ApiCall): Promise<null> {
  const { parts, task } = findTask(call);
  requireAudit(call, parts, 'Sys.Modify');
  if (!task || task.endedAt !== undefined) return null;
  task.stop('term');
  await Promise.all([task.ended, call.cluster.clock.sleep(killGrace)]);
  return null;
}
