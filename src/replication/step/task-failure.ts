import { findTellingLine } from '../../proxmox/failures/telling-line.ts';
import { parseUpid } from '../../proxmox/tasks/upid.ts';
import type { ProxmoxErrorCode } from '../../proxmox/failures/failure-codes.ts';
import type { TaskResult } from '../../proxmox/tasks/wait-for-task.ts';
import { isSuccess } from './await-task.ts';
import { isPassing, StepFailure, type FailureAction, type FailureReason } from './failure.ts';

/** What people call the work of a task, by the end of its type: `qmclone` and `vzclone` are clones. */
const names: readonly (readonly [string, string])[] = [
  ['clone', 'clone'],
  ['migrate', 'migration'],
  ['template', 'conversion to a template'],
  ['destroy', 'removal'],
  ['snapshot', 'snapshot'],
  ['start', 'start'],
  ['stop', 'stop'],
];

/** Longer reasons are cut in the sentence; the detail has them whole. */
const longestReason = 300;

/** The failure of a task that has ended, or whose end is not known: the line that tells it, and all that it said. */
export function describeTaskFailure(result: TaskResult): FailureReason<ProxmoxErrorCode> {
  const { upid, outcome, exitStatus, logTail, failure } = result;
  const reason = cut(findTellingLine(exitStatus, logTail));
  const how = outcome === 'unknown' ? 'ended nobody knows how' : 'failed';
  return {
    code: failure?.code ?? 'TASK_UNEXPECTED',
    message: `The ${nameTask(upid)} ${how}: ${reason}`,
    detail: describeEnd(result),
  };
}

/**
 * A task has ended and what it was to bring about is not there. One that failed says why; one that ended well and had no
 * effect is a failure all the same: it counts, and the pauses grow.
 * @throws StepFailure always; `otherwise` where a pause does not heal it.
 */
export function failWithoutEffect(
  result: TaskResult,
  { missing, otherwise = 'give-up' }: { missing: string; otherwise?: FailureAction },
): never {
  if (isSuccess(result)) {
    const message = `The ${nameTask(result.upid)} ended well, but had no effect: ${missing}`;
    throw new StepFailure('retry', { code: 'NO_EFFECT', message, detail: describeEnd(result) });
  }
  const reason = describeTaskFailure(result);
  throw new StepFailure(mayHeal(result) ? 'retry' : otherwise, reason);
}

/** Whether the same task may end well after a pause. */
export function mayHeal({ failure }: TaskResult): boolean {
  return failure === undefined || isPassing(failure);
}

/** `clone on pve1`. */
function nameTask(upid: string): string {
  const { type, node } = parseUpid(upid);
  const name = names.find(([end]) => type.endsWith(end))?.[1] ?? `task ${type}`;
  return `${name} on ${node}`;
}

/** Control characters of a cluster's texts reach no terminal. */
function describeEnd({ upid, exitStatus, logTail }: TaskResult): string {
  const lines = [`${upid} ended with: ${exitStatus}`, ...logTail];
  return lines.map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trimEnd()).join('\n');
}

function cut(reason: string): string {
  return reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
}
