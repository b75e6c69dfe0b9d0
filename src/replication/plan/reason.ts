/** Why a replica is not made, as words for programs. The list is closed. */
export type ReasonCode =
  // The cluster as a whole
  | 'CLUSTER_UNREACHABLE'
  | 'NO_QUORUM'
  | 'PAUSED'
  // The node
  | 'NODE_OFFLINE'
  | 'NODE_UNKNOWN'
  | 'NODE_NOT_LISTED'
  // The source
  | 'SOURCE_NOT_SEEN'
  | 'SOURCE_LOCKED'
  | 'SOURCE_USES_HOST_DEVICES'
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
  | 'OUTDATED_KEPT';

/** A code and a sentence that says what to do. */
export interface Reason {
  code: ReasonCode;
  message: string;
}
