/** Everything that can go wrong with a request or a task, as words for programs. The list is closed. */
export const proxmoxErrorCodes = [
  // No answer from the cluster
  'UNREACHABLE',
  'TLS_UNTRUSTED',
  'TIMEOUT',
  'OUTCOME_UNKNOWN',
  'MALFORMED_ANSWER',
  'ANSWER_TOO_LARGE',
  // Who we are and what we may do
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'POOL_NOT_FOUND',
  // What we asked
  'PARAMETER',
  'PARAMETER_UNSUPPORTED',
  'NOT_IMPLEMENTED',
  'REQUEST_REFUSED',
  'TARGET_IS_LOCAL',
  // The cluster's state
  'NO_QUORUM',
  'NODE_UNREACHABLE',
  'NODE_UNKNOWN',
  'WORKER_NOT_STARTED',
  'SERVER_ERROR',
  // Locks
  'LOCKED',
  'LOCK_TIMEOUT',
  'STORAGE_LOCK_TIMEOUT',
  // Guests
  'GUEST_NOT_FOUND',
  'VMID_TAKEN',
  'NO_FREE_VMID',
  'DIGEST_MISMATCH',
  'STATE_CHANGED',
  'RUNNING',
  'ALREADY_RUNNING',
  'PROTECTED',
  'HAS_SNAPSHOTS',
  'SNAPSHOT_NOT_FOUND',
  'HA_MANAGED',
  'REPLICATION_JOB',
  // Templates and clones
  'ALREADY_TEMPLATE',
  'TEMPLATE_UNSUPPORTED',
  'BASE_IN_USE',
  'LINKED_CLONE_UNSUPPORTED',
  'FULL_CLONE_UNSUPPORTED',
  'TARGET_NEEDS_SHARED',
  // Storages
  'STORAGE_UNAVAILABLE',
  'STORAGE_FULL',
  'VOLUME_EXISTS',
  // Tasks
  'MIGRATION_ABORTED',
  'MIGRATION_PROBLEMS',
  'LOCAL_CDROM',
  'TRANSFER_UNSUPPORTED',
  'SSH_BROKEN',
  'INTERRUPTED',
  'TASK_FAILED',
  'TASK_UNEXPECTED',
  'TASK_NOT_FOUND',
] as const;

export type ProxmoxErrorCode = (typeof proxmoxErrorCodes)[number];

/**
 * What may be done with the same request:
 * - `safe`: send it again after a pause; it did nothing, or doing it twice does no harm.
 * - `unknown-outcome`: it may have been executed; look at the cluster before anything else.
 * - `never`: the same request will fail again; something has to change first.
 */
export type Retryable = 'safe' | 'unknown-outcome' | 'never';

export interface FailureClass {
  code: ProxmoxErrorCode;
  retryable: Retryable;
}
