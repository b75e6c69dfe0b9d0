import type { FailureClass, ProxmoxErrorCode, Retryable } from './failure-codes.ts';

interface Rule {
  pattern: RegExp;
  failure: FailureClass;
}

/**
 * The server's words and what they mean, the more specific before the more general. Messages may carry a prefix
 * (`clone failed: …`) or ` at <file> line <n>.`, so nothing is anchored that need not be.
 */
const rules: readonly Rule[] = [
  // Locks and the cluster's state
  rule('NO_QUORUM', 'safe', /no quorum|\/etc\/pve\/.*permission denied/i),
  rule('LOCKED', 'safe', /\b(?:VM|CT) is locked\b/),
  rule('STORAGE_LOCK_TIMEOUT', 'safe', /can't lock file '[^']*\/pve-storage-|cfs-lock 'storage-[^']*' error/),
  rule('STORAGE_LOCK_TIMEOUT', 'safe', /'storage-[^']*'-locked command timed out/),
  rule(
    'LOCK_TIMEOUT',
    'safe',
    /can't lock file '.*got timeout|got lock request timeout|-locked command timed out/,
  ),
  rule('WORKER_NOT_STARTED', 'safe', /got no worker upid|unable to fork worker|start worker failed/),
  rule('STATE_CHANGED', 'safe', /unexpected state change/),
  rule('NODE_UNKNOWN', 'never', /hostname lookup '[^']*' failed|no such cluster node/),

  // Guests and their ids, and volumes that bear them
  rule('VOLUME_EXISTS', 'never', /logical volume "[^"]*" already exists|dataset already exists/i),
  rule('VOLUME_EXISTS', 'never', /\(17\) File exists|disk image '[^']*' already exists/),
  rule('DIGEST_MISMATCH', 'never', /checksum mismatch|detected modified configuration/),
  rule('VMID_TAKEN', 'never', /config file already exists|\.conf' failed: File exists/),
  rule('VMID_TAKEN', 'never', /\b(?:VM|CT|CT\|VM) \d+ already exists/),
  rule('NO_FREE_VMID', 'never', /unable to get any free VMID/),
  rule('GUEST_NOT_FOUND', 'never', /configuration file '[^']*' does not exist/i),
  rule('GUEST_NOT_FOUND', 'never', /unable to find configuration file for (?:VM|CT)/),
  rule('ALREADY_RUNNING', 'never', /\b(?:VM|CT) \d+ already running/),
  rule(
    'RUNNING',
    'never',
    /if (?:VM|CT) is running|is running - destroy failed|container is running|running VM without --online/,
  ),
  rule('RUNNING', 'never', /(?:CT|container) (?:\d+ )?is running|can't migrate running/),
  rule('PROTECTED', 'never', /protection mode enabled/),
  rule('HA_MANAGED', 'never', /used in HA resources/),
  rule('REPLICATION_JOB', 'never', /there is a replication job/i),
  rule('SNAPSHOT_NOT_FOUND', 'never', /snapshot '[^']*' does not exist/),

  // Templates and clones
  rule('HAS_SNAPSHOTS', 'never', /contains snapshots|non-migratable snapshot exists/),
  rule('ALREADY_TEMPLATE', 'never', /can't convert a template to a template/),
  rule('TEMPLATE_UNSUPPORTED', 'never', /template feature is not available/i),
  rule(
    'LINKED_CLONE_UNSUPPORTED',
    'never',
    /linked clone feature (?:is not supported|for .* is not available)/i,
  ),
  rule('FULL_CLONE_UNSUPPORTED', 'never', /full clone feature is not supported/i),
  rule('TARGET_NEEDS_SHARED', 'never', /can't clone (?:VM|CT) to node|can't clone to non-shared storage/),
  rule('BASE_IN_USE', 'never', /still in use by linked clone|referenced by linked clone/),

  // Storages
  // LVM warns of thin pools "running out of space" whenever it makes a volume.
  rule('STORAGE_FULL', 'never', /no space left|(?:not enough|insufficient) free space|disk quota exceeded/i),
  rule('STORAGE_FULL', 'never', /(?<!running )out of space|free space in thin pool \S+ reached threshold/i),
  rule('STORAGE_UNAVAILABLE', 'never', /no such (?:logical volume|volume group)|volume group \S+ not found/i),
  rule('STORAGE_UNAVAILABLE', 'safe', /storage '[^']*' is not online|connection check for storage/),
  rule(
    'STORAGE_UNAVAILABLE',
    'never',
    /storage '[^']*' (?:is not available on node|is disabled|does not exist)/,
  ),
  rule('STORAGE_UNAVAILABLE', 'never', /storage '[^']*' does not support vm images/i),
  rule('LOCAL_CDROM', 'never', /local cdrom/),
  rule(
    'TRANSFER_UNSUPPORTED',
    'never',
    /cannot migrate from storage type|unsupported format '[^']*' for storage/,
  ),
  rule('TRANSFER_UNSUPPORTED', 'never', /can't migrate '[^']*' (?:as it's a clone of|- storage type)/),
  rule('TRANSFER_UNSUPPORTED', 'never', /uses local devices|missing mapped devices/),
  rule('SSH_BROKEN', 'never', /can't connect to destination address using public key/i),

  // What the request said, and what we may do
  rule('FORBIDDEN', 'never', /permission check failed/i),
  rule('PARAMETER', 'never', /not allowed for linked clones|no options specified|validation error/),
  rule('FORBIDDEN', 'never', /only root can \w+ '/),

  // Tasks
  rule('MIGRATION_PROBLEMS', 'unknown-outcome', /migration problems/),
  rule('MIGRATION_ABORTED', 'safe', /migration aborted/),
  rule('INTERRUPTED', 'safe', /interrupted by signal|received interrupt/),
  rule('TASK_UNEXPECTED', 'unknown-outcome', /unexpected status|unable to get last line from task log/),
  rule('TASK_UNEXPECTED', 'unknown-outcome', /unable to open file - |unable to read tail/),
  rule('TASK_NOT_FOUND', 'unknown-outcome', /no such task/),
];

/** The class of the first rule that knows these words, or undefined. */
export function classifyText(text: string): FailureClass | undefined {
  return rules.find(({ pattern }) => pattern.test(text))?.failure;
}

function rule(code: ProxmoxErrorCode, retryable: Retryable, pattern: RegExp): Rule {
  return { pattern, failure: { code, retryable } };
}
