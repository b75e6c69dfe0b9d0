import { HubError } from '../errors/hub-error.ts';

/** Why a request about a class is refused. The list is closed; nothing was begun. */
export type ClassErrorCode =
  | 'INVALID_INPUT'
  | 'CLASS_NOT_FOUND'
  | 'CLASS_BUSY'
  | 'CLASS_DELETED'
  | 'CLASS_NOT_DEPLOYED'
  | 'CONFIRMATION_NEEDED'
  | 'CLUSTER_NOT_FOUND'
  | 'CLUSTER_UNREACHABLE'
  | 'NO_QUORUM'
  | 'SOURCE_NOT_FOUND'
  | 'NOT_A_TEMPLATE'
  | 'CLASS_TEMPLATE_AS_SOURCE'
  | 'BELONGS_TO_ANOTHER_CLASS'
  | 'POOL_NOT_FOUND'
  | 'COPY_NOT_POSSIBLE'
  | 'NO_NODE'
  | 'LINKED_CLONES_NOT_POSSIBLE'
  | 'VMID_RANGE_TAKEN'
  | 'VMID_RANGE_TOO_SMALL'
  | 'GUEST_NOT_FOUND'
  | 'STUDENT_NOT_FOUND'
  | 'NOT_MADE_HERE'
  | 'OFFLINE'
  | 'PROXMOX_FAILURE';

/** A request about a class that cannot be served as it was asked. */
export class ClassError extends HubError {
  declare readonly code: ClassErrorCode;
  /** The part of the input it is about, for example `['nodes']`. */
  readonly field: readonly string[];

  constructor(
    code: ClassErrorCode,
    message: string,
    { field = [], cause }: { field?: readonly string[]; cause?: unknown } = {},
  ) {
    super(code, message, { cause });
    this.field = field;
  }
}
