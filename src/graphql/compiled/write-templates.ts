import { lineageColumns, type TemplatePart, type TemplateSelection } from './selection.ts';
import type { SqlValue } from './sql-where.ts';
import type { Cell, Row, TemplateRows } from './template-rows.ts';

/** Which templates are read, in SQL after FROM. */
export interface TemplateQuery {
  readonly tail: string;
  readonly values: readonly SqlValue[];
}

/** Writes one row as JSON. */
type WriteRow = (row: Row) => string;

/**
 * Reads templates and writes them as a JSON array, as graphql-js and JSON.stringify would. Replicas and sources of all
 * rows are read by one statement a level.
 */
export function writeTemplates(
  reader: TemplateRows,
  selection: TemplateSelection,
  query: TemplateQuery,
): string {
  const leaves = selection.parts.filter((part) => part.kind === 'leaf');
  if (leaves.length === selection.parts.length) return writeLeaves(reader, leaves, query);
  const rows = readRows(reader, selection, query);
  return `[${rows.map(createWriter(reader, selection, rows)).join(',')}]`;
}

type Leaf = Extract<TemplatePart, { kind: 'leaf' }>;

/** Columns only: SQLite names them as the answer does, and JSON.stringify writes such rows faster than anything else. */
function writeLeaves(reader: TemplateRows, leaves: readonly Leaf[], { tail, values }: TemplateQuery): string {
  const columns = leaves.map(({ key, leaf }) => `${leaf.column} AS "${key}"`).join(', ');
  const rows = reader.readObjects(`SELECT ${columns} FROM templates ${tail}`, values);
  for (const { key, leaf } of leaves) {
    const { convert } = leaf;
    if (convert) for (const row of rows) row[key] = convert(row[key] ?? null);
  }
  return JSON.stringify(rows);
}

function readRows(
  reader: TemplateRows,
  { columns }: TemplateSelection,
  { tail, values }: TemplateQuery,
): readonly Row[] {
  return reader.read(`SELECT ${columns.join(', ')} FROM templates ${tail}`, values);
}

function createWriter(reader: TemplateRows, selection: TemplateSelection, rows: readonly Row[]): WriteRow {
  const writers = selection.parts.map((part) => createPartWriter(reader, part, { selection, rows }));
  return (row) => {
    let text = '';
    for (const write of writers) text += text === '' ? `{${write(row)}` : `,${write(row)}`;
    return `${text}}`;
  };
}

interface Level {
  readonly selection: TemplateSelection;
  readonly rows: readonly Row[];
}

function createPartWriter(reader: TemplateRows, part: TemplatePart, level: Level): WriteRow {
  const key = `${JSON.stringify(part.key)}:`;
  if (part.kind === 'leaf') {
    const { leaf } = part;
    const index = level.selection.columns.indexOf(leaf.column);
    return (row) => key + leaf.write(row[index] ?? null);
  }
  return part.kind === 'replicas'
    ? createReplicasWriter(reader, part.selection, { key, rows: level.rows })
    : createSourceWriter(reader, part.selection, { key, rows: level.rows });
}

interface Relation {
  readonly key: string;
  readonly rows: readonly Row[];
}

function createReplicasWriter(
  reader: TemplateRows,
  selection: TemplateSelection,
  { key, rows }: Relation,
): WriteRow {
  const vmids = [...new Set(rows.map(readVmid))];
  const replicas = readRelated(reader, selection, { column: 'source_vmid', replica: 1, vmids });
  const write = createWriter(reader, selection, replicas);
  const bySource = Map.groupBy(replicas, (row) => nameLineage(row, readSourceVmid(row)));
  return (row) => `${key}[${(bySource.get(nameLineage(row, readVmid(row))) ?? []).map(write).join(',')}]`;
}

function createSourceWriter(
  reader: TemplateRows,
  selection: TemplateSelection,
  { key, rows }: Relation,
): WriteRow {
  const vmids = [...new Set(rows.map(readSourceVmid).filter((vmid) => vmid !== null))];
  const sources = readRelated(reader, selection, { column: 'proxmox_vmid', replica: 0, vmids });
  const write = createWriter(reader, selection, sources);
  const byVmid = Map.groupBy(sources, (row) => nameLineage(row, readVmid(row)));
  return (row) => {
    const vmid = readSourceVmid(row);
    const [source] = vmid === null ? [] : (byVmid.get(nameLineage(row, vmid)) ?? []);
    return key + (source ? write(source) : 'null');
  };
}

interface Related {
  readonly column: 'source_vmid' | 'proxmox_vmid';
  readonly replica: 0 | 1;
  readonly vmids: readonly Cell[];
}

/** The vmids go as one JSON text: one statement for any number of them. */
function readRelated(
  reader: TemplateRows,
  selection: TemplateSelection,
  { column, replica, vmids }: Related,
): readonly Row[] {
  if (vmids.length === 0) return [];
  const tail = `WHERE is_replica = ${replica} AND ${column} IN (SELECT value FROM json_each(?)) ORDER BY id`;
  return readRows(reader, selection, { tail, values: [JSON.stringify(vmids)] });
}

const clusterIp = lineageColumns.indexOf('cluster_ip');
const vmid = lineageColumns.indexOf('proxmox_vmid');
const sourceVmid = lineageColumns.indexOf('source_vmid');

function readVmid(row: Row): Cell {
  return row[vmid] ?? null;
}

function readSourceVmid(row: Row): Cell {
  return row[sourceVmid] ?? null;
}

function nameLineage(row: Row, of: Cell): string {
  return `${String(row[clusterIp] ?? '')}/${String(of)}`;
}
