/** An SQL expression that gives a value of a table as JSON text, never NULL. */
export type WriteColumn = (table: string) => string;

/**
 * Stands in an answer for a value that SQLite can not write as the general executor would. JSON text has no such
 * character.
 */
export const unwritable = '\u0000';

/** Fields of Template that show one column as it is, and how SQLite writes them. */
export const columnJson: Readonly<Record<string, WriteColumn>> = {
  id: (table) => `concat('"', global_id(${table}.id), '"')`,
  databaseId: number('id'),
  name: text('name'),
  vmid: number('proxmox_vmid'),
  clusterIp: text('cluster_ip'),
  clusterId: text('cluster_id'),
  node: text('node'),
  kind: text('kind'),
  state: text('state'),
  isReplica: boolean('is_replica'),
  isClassTemplate: boolean('is_class_template'),
  sourceVmid: number('source_vmid'),
  sourceNode: text('source_node'),
  classId: number('class_id'),
  createdBy: text('created_by'),
  generation: text('generation'),
  sourceGeneration: text('source_generation'),
  imported: boolean('imported'),
  createdAt: time('created_at'),
  updatedAt: time('updated_at'),
  lastVerifiedAt: time('last_verified_at'),
  missingSince: time('missing_since'),
  onSharedStorage: boolean('on_shared_storage'),
  linkedClones: boolean('linked_clones'),
  cores: number('cores'),
  osType: text('os_type'),
  pool: text('pool'),
  __typename: () => `'"Template"'`,
};

/** What `global_id` in SQL stands for: a row's id as Relay's clients know it. */
export function writeGlobalId(id: unknown): string {
  return btoa(`Template:${String(id)}`);
}

function text(column: string): WriteColumn {
  return (table) => `json_quote(${table}.${column})`;
}

function number(column: string): WriteColumn {
  return (table) => `ifnull(${table}.${column}, 'null')`;
}

function boolean(column: string): WriteColumn {
  return (table) => {
    const value = `${table}.${column}`;
    return `CASE WHEN ${value} THEN 'true' WHEN ${value} IS NULL THEN 'null' ELSE 'false' END`;
  };
}

/** Prisma stores times as `2024-01-15T10:30:00.000+00:00`; what others wrote in another form is not written here. */
function time(column: string): WriteColumn {
  return (table) => {
    const value = `${table}.${column}`;
    return `CASE WHEN instr(${value}, '+00:00') = 24 THEN '"' || substr(${value}, 1, 23) || 'Z"'
      WHEN ${value} IS NULL THEN 'null' ELSE char(${unwritable.charCodeAt(0)}) END`;
  };
}
