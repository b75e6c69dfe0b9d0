import type { Cell } from './template-rows.ts';

/** A column that a field shows, and how its value is written as JSON. */
export interface LeafColumn {
  readonly column: string;
  /** The value as it is in JSON; absent when it is stored so. */
  convert?(value: Cell): Cell;
  write(value: Cell): string;
}

/** Fields of Template that show one column as it is. */
export const leafColumns: Readonly<Record<string, LeafColumn>> = {
  id: { column: 'id', convert: makeGlobalId, write: (id) => `"${makeGlobalId(id)}"` },
  databaseId: { column: 'id', write: writeNumber },
  name: { column: 'name', write: writeText },
  vmid: { column: 'proxmox_vmid', write: writeNumber },
  clusterIp: { column: 'cluster_ip', write: writeText },
  clusterId: { column: 'cluster_id', write: writeText },
  node: { column: 'node', write: writeText },
  kind: { column: 'kind', write: writeText },
  state: { column: 'state', write: writeText },
  isReplica: { column: 'is_replica', convert: readBoolean, write: writeBoolean },
  isClassTemplate: { column: 'is_class_template', convert: readBoolean, write: writeBoolean },
  sourceVmid: { column: 'source_vmid', write: writeNumber },
  sourceNode: { column: 'source_node', write: writeText },
  classId: { column: 'class_id', write: writeNumber },
  createdBy: { column: 'created_by', write: writeText },
  generation: { column: 'generation', write: writeText },
  sourceGeneration: { column: 'source_generation', write: writeText },
  imported: { column: 'imported', convert: readBoolean, write: writeBoolean },
  createdAt: { column: 'created_at', convert: readTime, write: writeTime },
  updatedAt: { column: 'updated_at', convert: readTime, write: writeTime },
  lastVerifiedAt: { column: 'last_verified_at', convert: readTime, write: writeTime },
  missingSince: { column: 'missing_since', convert: readTime, write: writeTime },
  onSharedStorage: { column: 'on_shared_storage', convert: readBoolean, write: writeBoolean },
  linkedClones: { column: 'linked_clones', convert: readBoolean, write: writeBoolean },
  cores: { column: 'cores', write: writeNumber },
  osType: { column: 'os_type', write: writeText },
  pool: { column: 'pool', write: writeText },
  __typename: { column: "'Template'", write: writeText },
};

/** Texts without these are written without further ado. */
const needsEscape = /["\\\p{Cc}\p{Cs}]/u;

function writeText(value: Cell): string {
  if (value === null) return 'null';
  const text = String(value);
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function writeNumber(value: Cell): string {
  return value === null ? 'null' : String(value);
}

function makeGlobalId(id: Cell): string {
  return btoa(`Template:${String(id)}`);
}

function readBoolean(value: Cell): boolean | null {
  return value === null ? null : value !== 0;
}

function writeBoolean(value: Cell): string {
  return String(readBoolean(value));
}

/** Prisma stores times as `2024-01-15T10:30:00.000+00:00`; what others wrote in another form is read as a date. */
function readTime(value: Cell): Cell {
  if (value === null) return null;
  const text = String(value);
  if (text.length === 29 && text.endsWith('+00:00')) return `${text.slice(0, 23)}Z`;
  return new Date(typeof value === 'number' ? value : text).toISOString();
}

function writeTime(value: Cell): string {
  return JSON.stringify(readTime(value));
}
