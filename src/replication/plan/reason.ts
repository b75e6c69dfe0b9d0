/** Why a replica is not made, as words for programs. The list is closed. */
export type ReasonCode =
  // The cluster as a whole
  | 'CLUSTER_UNREACHABLE'
  | 'NO_GUESTS_VISIBLE'
  | 'NO_QUORUM'
  | 'PAUSED'
  // The node
  | 'NODE_OFFLINE'
  | 'NODE_UNKNOWN'
  | 'NODE_NOT_LISTED'
  | 'NODE_IN_MAINTENANCE'
  // The source
  | 'SOURCE_NOT_SEEN'
  | 'SOURCE_LOCKED'
  | 'SOURCE_USES_HOST_DEVICES'
  | 'SOURCE_ISO_LOST'
  | 'RIGHT_MISSING'
  // What happened before
  | 'REFUSED_BEFORE'
  // Storage
  | 'NO_STORAGE'
  | 'STORAGE_UNAVAILABLE'
  | 'STORAGE_CANNOT_HOLD_BASES'
  | 'FORMAT_NOT_CONVERTIBLE'
  | 'NO_SPACE'
  | 'NO_SPACE_ON_SOURCE'
  // Policy
  | 'EXCLUDED_TEMPLATE'
  | 'EXCLUDED_NODE'
  | 'NOT_SELECTED'
  | 'ON_DEMAND'
  | 'NOT_REQUESTED'
  | 'SHARED_STORAGE'
  | 'CLASS_DOES_NOT_ASK'
  | 'SAME_NAME'
  | 'OUTDATED_KEPT';

/** A code and a sentence that says what to do. */
export interface Reason {
  code: ReasonCode;
  message: string;
}

/** What deserves a look although the replica is made, as words for programs. The list is closed. */
export type WarningCode =
  | 'NO_DISK'
  | 'BRIDGE_MISSING'
  | 'SNIPPET_MISSING'
  | 'HOST_DEVICE'
  | 'MAPPING_MISSING'
  | 'CD_EMPTIED'
  | 'HOOK_SCRIPT_REMOVED'
  | 'OVERCOMMITTED'
  | 'SAME_NAME';

/** A code and a sentence that says what follows. */
export interface Warning {
  code: WarningCode;
  message: string;
}
