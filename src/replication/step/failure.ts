import { HubError } from '../../errors/hub-error.ts';
import type { FailureClass, ProxmoxErrorCode } from '../../proxmox/failures/failure-codes.ts';
import { ProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import type { StepRow } from '../rows.ts';

/**
 * What a failed phase leads to:
 * - `retry`: the same phase again after a pause, beginning with a look.
 * - `begin-again`: back to PLANNED with the same id: nothing is there, the place may serve another step meanwhile.
 * - `new-vmid`: back to PLANNED, the id belongs to somebody else.
 * - `take-back`: what is there cannot be finished; it is removed and begun again.
 * - `give-up`: it is removed, and the step has failed.
 * - `leave`: the step has failed and what is there stays, for an administrator.
 */
export type FailureAction = 'retry' | 'begin-again' | 'new-vmid' | 'take-back' | 'give-up' | 'leave';

/** Reasons of our own, beside Proxmox's. */
export type OwnFailureCode =
  | 'STALE_LOCK'
  | 'INCOMPLETE_COPY'
  | 'SOURCE_GONE'
  | 'SOURCE_CHANGED'
  | 'NOT_OURS'
  | 'HAS_LINKED_CLONES'
  | 'GUEST_VANISHED'
  | 'NO_EFFECT'
  | 'MARKER_LOST'
  | 'SOURCE_STEP_FAILED'
  | 'PREDECESSOR_FAILED'
  | 'INTERNAL';

export type StepFailureCode = OwnFailureCode | ProxmoxErrorCode;

/** Why a phase could not do its work. */
export interface FailureReason<Code = StepFailureCode> {
  code: Code;
  /** One sentence. */
  message: string;
  /** Everything that was said about it, for whoever has to find the cause: the end of a task's log, say. */
  detail?: string;
}

/** A phase could not do its work; `action` says what follows. */
export class StepFailure extends HubError {
  declare readonly code: StepFailureCode;
  readonly action: FailureAction;
  readonly detail: string | undefined;

  constructor(action: FailureAction, reason: FailureReason, cause?: unknown) {
    super(reason.code, reason.message, { cause });
    this.action = action;
    this.detail = reason.detail;
  }
}

/** Failures that a pause can heal; of all others the same request fails again. */
const passing: ReadonlySet<ProxmoxErrorCode> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'OUTCOME_UNKNOWN',
  'MALFORMED_ANSWER',
  'ANSWER_TOO_LARGE',
  'UNAUTHENTICATED',
  'NO_QUORUM',
  'NODE_UNREACHABLE',
  'WORKER_NOT_STARTED',
  'SERVER_ERROR',
  'LOCKED',
  'LOCK_TIMEOUT',
  'STORAGE_LOCK_TIMEOUT',
  'GUEST_NOT_FOUND',
  'DIGEST_MISMATCH',
  'STATE_CHANGED',
  'STORAGE_UNAVAILABLE',
  'MIGRATION_ABORTED',
  'MIGRATION_PROBLEMS',
  'INTERRUPTED',
  'TASK_FAILED',
  'TASK_UNEXPECTED',
  'TASK_NOT_FOUND',
]);

/** Of these it depends on the words. */
const either: ReadonlySet<ProxmoxErrorCode> = new Set([
  'STORAGE_UNAVAILABLE',
  'MIGRATION_ABORTED',
  'TASK_FAILED',
]);

/** Whether a pause may heal it. */
export function isPassing({ code, retryable }: FailureClass): boolean {
  return passing.has(code) && !(either.has(code) && retryable === 'never');
}

/** So often in a row the same words of a failure that nobody knows are taken for chance. */
const chances: ReadonlyMap<StepFailureCode, number> = new Map<StepFailureCode, number>([
  ['TASK_FAILED', 1],
  ['MIGRATION_ABORTED', 1],
  ['SERVER_ERROR', 2],
  ['REQUEST_REFUSED', 2],
]);

/** Whether a failure came so often in the same words that the next try would end in them, too. */
export function isStubborn(
  { code, message, cause }: Pick<StepFailure, 'code' | 'message' | 'cause'>,
  { errorCode, errorMessage, attempts }: Pick<StepRow, 'errorCode' | 'errorMessage' | 'attempts'>,
): boolean {
  // A server that cannot tell how things are does not refuse to change them.
  if (cause instanceof ProxmoxError && isQuestion(cause)) return false;
  const same = errorCode === code && errorMessage === message;
  return same && attempts >= (chances.get(code) ?? Number.POSITIVE_INFINITY);
}

/** A request that changes nothing: a look, or a login. */
function isQuestion({ method, path }: ProxmoxError): boolean {
  return method === 'GET' || path === '/access/ticket';
}

/** What may be otherwise next time without anybody seeing what has changed. */
const ownRisk: ReadonlySet<StepFailureCode> = new Set<StepFailureCode>([
  'TLS_UNTRUSTED',
  'NODE_UNKNOWN',
  'NO_FREE_VMID',
  'VMID_TAKEN',
  'SOURCE_GONE',
  'SOURCE_CHANGED',
]);

/** Whether the same step would fail in the same way again, until something that is written in its basis has changed. */
export function isRefusal({ code }: Pick<StepFailure, 'code'>): boolean {
  return !ownRisk.has(code);
}

/** The failure of a request, in a phase where a repeat begins with a look. */
export function toFailure(error: ProxmoxError): StepFailure {
  const action = error.retryable !== 'never' || isPassing(error) ? 'retry' : 'give-up';
  return new StepFailure(action, { code: error.code, message: error.message }, error);
}
