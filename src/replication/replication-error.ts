import { HubError } from '../errors/hub-error.ts';

/** Why a request to the replicator is refused. */
export type ReplicationErrorCode =
  | 'CLUSTER_NOT_FOUND'
  | 'RUN_NOT_FOUND'
  | 'RUN_FINISHED'
  | 'RUN_NOT_FINISHED'
  | 'NOTHING_TO_RETRY'
  | 'IDEMPOTENCY_CONFLICT'
  | 'TEMPLATE_NOT_FOUND'
  | 'NODE_NOT_FOUND'
  | 'NOT_A_REPLICA'
  | 'CLUSTER_UNREACHABLE'
  | 'CONFIRMATION_NEEDED'
  | 'INVALID_ORDER'
  | 'STOPPED';

/** A request that cannot be served as it was asked. */
export class ReplicationError extends HubError {
  declare readonly code: ReplicationErrorCode;

  constructor(code: ReplicationErrorCode, message: string, cause?: unknown) {
    super(code, message, cause === undefined ? undefined : { cause });
  }
}
