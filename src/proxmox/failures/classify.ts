import type { FailureClass, ProxmoxErrorCode, Retryable } from './failure-codes.ts';
import { classifyText } from './failure-rules.ts';
import { findTellingLine, isTelling } from './telling-line.ts';
import type { HttpMethod, TransportPhase } from '../http/transport.ts';

/** An answer with an HTTP status from 400 on, as far as its class depends on it. */
export interface FailedAnswer {
  method: HttpMethod;
  status: number;
  /** The server's words. */
  message: string;
  /** Per parameter, why it was refused. */
  parameterErrors?: Readonly<Record<string, string>>;
}

/** What a failed answer means and whether the request may be repeated. Pure. */
export function classifyFailure({
  method,
  status,
  message,
  parameterErrors = {},
}: FailedAnswer): FailureClass {
  if (status === 400) return classifyParameters(message, parameterErrors);
  if (status === 401) return never('UNAUTHENTICATED');
  if (status === 403)
    return never(/pool '[^']*' does not exist/.test(message) ? 'POOL_NOT_FOUND' : 'FORBIDDEN');
  if (status === 595) return { code: 'NODE_UNREACHABLE', retryable: 'safe' };
  if (status > 595 || [502, 503, 504].includes(status)) return lostOnTheWay(method, 'NODE_UNREACHABLE');
  if (/not implemented/.test(message) && status === 501) return never('NOT_IMPLEMENTED');
  if (status !== 500 || /at character offset \d/.test(message)) return never('REQUEST_REFUSED');
  return classifyText(message) ?? serverError(method);
}

/** What it means that no answer came. Pure. */
export function classifyMissingAnswer(
  method: HttpMethod,
  { phase, code }: { phase: TransportPhase; code: string },
): FailureClass {
  if (phase === 'connect') {
    const untrusted = /CERT|FINGERPRINT|ISSUER|LEAF_SIGNATURE/.test(code);
    return untrusted ? never('TLS_UNTRUSTED') : { code: 'UNREACHABLE', retryable: 'safe' };
  }
  if (code === 'ANSWER_TOO_LARGE') return classifyOversizedAnswer(method);
  return lostOnTheWay(method, code === 'TIMEOUT' ? 'TIMEOUT' : 'UNREACHABLE');
}

/** What it means that the answer came and makes no sense. Pure. */
export function classifyMalformedAnswer(method: HttpMethod): FailureClass {
  return { code: 'MALFORMED_ANSWER', retryable: method === 'GET' ? 'safe' : 'unknown-outcome' };
}

/** What it means that the answer is larger than we read: a read brings the same again. Pure. */
export function classifyOversizedAnswer(method: HttpMethod): FailureClass {
  return method === 'GET' ? never('ANSWER_TOO_LARGE') : lostOnTheWay(method, 'UNREACHABLE');
}

export type TaskOutcome = 'ok' | 'warnings' | 'failed' | 'unknown';

/** How a finished task ended, by its exit status. Warnings are a success. Pure. */
export function judgeExitStatus(exitStatus: string): TaskOutcome {
  if (exitStatus === 'OK') return 'ok';
  if (/^WARNINGS: \d+$/.test(exitStatus)) return 'warnings';
  return classifyText(exitStatus)?.code === 'TASK_UNEXPECTED' ? 'unknown' : 'failed';
}

/**
 * Why a task failed: what the line means that tells it, which is in the log where the exit status names no reason. A
 * migration that failed late stays MIGRATION_PROBLEMS, whatever the reason: the guest has moved. A reason that is told
 * in words that nobody knows is one that a repeat does not change; where none is told, it may be anything.
 */
export function classifyExitStatus(exitStatus: string, logTail: readonly string[] = []): FailureClass {
  const told = classifyText(exitStatus);
  if (told !== undefined && told.code !== 'MIGRATION_ABORTED') return told;
  const line = findTellingLine(exitStatus, logTail);
  const known = classifyText(line);
  if (known !== undefined && known.code !== 'MIGRATION_ABORTED') return known;
  return { code: told?.code ?? 'TASK_FAILED', retryable: isTelling(line) ? 'never' : 'safe' };
}

const parameterRules: readonly (readonly [RegExp, ProxmoxErrorCode, Retryable])[] = [
  [/no such task/, 'TASK_NOT_FOUND', 'unknown-outcome'],
  [/already exists/, 'VMID_TAKEN', 'never'],
  [/target is local node/, 'TARGET_IS_LOCAL', 'never'],
  [/does not support vm images/, 'STORAGE_UNAVAILABLE', 'never'],
];

function classifyParameters(message: string, errors: Readonly<Record<string, string>>): FailureClass {
  const reasons = Object.values(errors);
  for (const [pattern, code, retryable] of parameterRules) {
    if ([...reasons, message].some((reason) => pattern.test(reason))) return { code, retryable };
  }
  const unknown = reasons.filter((reason) => reason.includes('property is not defined in schema'));
  return never(
    reasons.length > 0 && unknown.length === reasons.length ? 'PARAMETER_UNSUPPORTED' : 'PARAMETER',
  );
}

/** Reading again does no harm; a write may have been executed although its answer is lost. */
function lostOnTheWay(method: HttpMethod, code: ProxmoxErrorCode): FailureClass {
  if (method === 'GET') return { code, retryable: 'safe' };
  return { code: 'OUTCOME_UNKNOWN', retryable: 'unknown-outcome' };
}

function serverError(method: HttpMethod): FailureClass {
  return { code: 'SERVER_ERROR', retryable: method === 'GET' ? 'safe' : 'never' };
}

function never(code: ProxmoxErrorCode): FailureClass {
  return { code, retryable: 'never' };
}
