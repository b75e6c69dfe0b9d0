import { ownerOf, parseTokenId } from '../../names/account.ts';
import type { Task } from '../engine/tasks.ts';

/** What lists and the status show of every task. */
export interface TaskRow {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  readonly tokenid?: string;
}

/** The row of a task: a token's task names user and token apart. */
export function describeTask(task: Task): TaskRow {
  const { node, pid, pstart, startTime, type, id, user } = task.parts;
  const token = parseTokenId(user);
  const row = { upid: task.upid, node, pid, pstart, starttime: startTime, type, id, user: ownerOf(user) };
  return token ? { ...row, tokenid: token.id } : row;
}
