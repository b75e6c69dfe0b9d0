import { HubError } from '../errors/hub-error.ts';

/** A refusal that a handler raises: it becomes the status, the reason phrase and, by version, the body. */
export class ApiError extends HubError {
  readonly status: number;
  /** What is wrong with each parameter, for status 400. */
  readonly errors: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message: string, errors?: Readonly<Record<string, string>>) {
    super('PVE_REFUSAL', message);
    this.status = status;
    this.errors = errors;
  }
}

/** The usual way a handler ends in failure: status 500 with the text. */
export function refuse(message: string): ApiError {
  return new ApiError(500, message);
}

/** Status 400 with one text a parameter. */
export function refuseParameters(errors: Readonly<Record<string, string>>): ApiError {
  return new ApiError(400, 'Parameter verification failed.', errors);
}

/** Status 403; without a detail the bare sentence. */
export function refuseRights(detail?: string): ApiError {
  return new ApiError(
    403,
    detail === undefined ? 'Permission check failed' : `Permission check failed (${detail})`,
  );
}

/** A refusal of the HTTP layer itself: no JSON, and the body (if any) is plain text without a content type. */
export class HttpRefusal extends HubError {
  readonly status: number;
  readonly body: string;

  constructor(status: number, reason: string, body = '') {
    super('HTTP_REFUSAL', reason);
    this.status = status;
    this.body = body;
  }
}

/** The connection ends without an answer: refused, or cut. */
export class ConnectionCut extends HubError {
  constructor(code: 'ECONNREFUSED' | 'ECONNRESET') {
    super(code, code === 'ECONNREFUSED' ? 'connection refused' : 'connection reset before the answer');
  }
}

/** A worker was killed (-9): nothing may be cleaned up behind it. */
export class WorkerKilled extends HubError {
  constructor() {
    super('WORKER_KILLED', 'the worker was killed');
  }
}

/** A worker was asked to stop (TERM): it cleans up and ends with an error. */
export class WorkerStopped extends HubError {
  constructor() {
    super('WORKER_STOPPED', 'interrupted by signal');
  }
}

/** A control step that makes no sense in the present world. */
export class ControlError extends HubError {
  constructor(message: string) {
    super('SIMULATOR_CONTROL', message);
  }
}
