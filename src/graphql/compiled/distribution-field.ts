import type { FieldNode, SelectionSetNode } from 'graphql';
import type { ClusterArguments } from '../reads/cluster-scope.ts';
import { arrangeDistribution, type Distribution, type LineageRow } from '../reads/find-distribution.ts';
import { columnJson, unwritable, type WriteColumn } from './column-json.ts';
import type { AnswerField } from './answer-field.ts';
import { readPlainFields, type SelectedField } from './read-fields.ts';
import { translateDistribution } from './sql-where.ts';
import { nameTable, writeObject, writeTemplateJson } from './template-json.ts';
import type { SqlRow, TemplateRows } from './template-rows.ts';

/** A row with what is shown of it, each under the key of the field that shows it. */
interface WrittenRow extends LineageRow {
  readonly shown: SqlRow;
}

/** One field of the answer: its JSON by what was found. `column` is what it shows of each row, in SQL. */
interface DistributionPart {
  readonly key: string;
  readonly column?: string;
  write(found: Distribution<WrittenRow>): string;
}

/** Compiles `nodeDistribution(vmid)`. */
export function compileDistribution(node: FieldNode, reader: TemplateRows): AnswerField | undefined {
  const parts = readParts(node.selectionSet);
  return parts && ((args) => answerDistribution(reader, parts, args));
}

function answerDistribution(
  reader: TemplateRows,
  parts: readonly DistributionPart[],
  { vmid, ...cluster }: Record<string, unknown>,
): string | undefined {
  const condition =
    typeof vmid === 'number'
      ? translateDistribution({ vmid, ...readCluster(cluster) }, reader.target)
      : undefined;
  if (!condition) return undefined;
  const table = nameTable(0);
  const shown = parts.flatMap(({ key, column }) =>
    column === undefined ? [] : `${column} AS "shown ${key}"`,
  );
  const columns = ['cluster_ip', 'cluster_id', 'is_replica', ...shown].join(', ');
  const sql = `SELECT ${columns} FROM templates ${table} WHERE ${condition.sql} ORDER BY ${table}.id`;
  const found = arrangeDistribution(reader.readRows(sql, condition.values).map(readRow));
  if (!found) return 'null';
  const text = parts.map(({ key, write }) => `"${key}":${write(found)}`).join(',');
  return text.includes(unwritable) ? undefined : `{${text}}`;
}

function readCluster({ clusterId, clusterIp }: Record<string, unknown>): ClusterArguments {
  return {
    clusterId: typeof clusterId === 'string' ? clusterId : undefined,
    clusterIp: typeof clusterIp === 'string' ? clusterIp : undefined,
  };
}

function readRow(row: SqlRow): WrittenRow {
  const { cluster_ip: clusterIp, cluster_id: clusterId, is_replica: isReplica } = row;
  return {
    clusterIp: readText(clusterIp),
    clusterId: readText(clusterId),
    isReplica: isReplica === 1,
    shown: row,
  };
}

function readText(value: SqlRow[string] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** undefined when more is selected than is compiled. */
function readParts(set: SelectionSetNode | undefined): DistributionPart[] | undefined {
  const parts = readPlainFields(set)?.map(readPart);
  return parts?.every((part) => part !== undefined) ? parts : undefined;
}

function readPart({ key, field }: SelectedField): DistributionPart | undefined {
  const { value: name } = field.name;
  const { selectionSet } = field;
  if (name === 'otherClusters') return { key, write: ({ otherClusters }) => JSON.stringify(otherClusters) };
  const ofOriginal =
    originalColumns.get(name)?.(nameTable(0)) ??
    (name === 'original' ? writeTemplateJson(selectionSet) : undefined);
  if (ofOriginal !== undefined)
    return { key, column: ofOriginal, write: ({ original }) => show(original, key) };
  const column = name === 'nodes' ? writeInstance(selectionSet) : undefined;
  if (column === undefined) return undefined;
  return { key, column, write: ({ instances }) => `[${instances.map((row) => show(row, key)).join(',')}]` };
}

function show({ shown }: WrittenRow, key: string): string {
  return String(shown[`shown ${key}`]);
}

/** Fields of NodeDistribution that show a column of the original. */
const originalColumns = new Map<string, WriteColumn | undefined>(
  Object.entries({
    templateVmid: columnJson['vmid'],
    templateName: columnJson['name'],
    clusterIp: columnJson['clusterIp'],
    clusterId: columnJson['clusterId'],
    __typename: () => `'"NodeDistribution"'`,
  }),
);

/** Fields of NodeInstance that show a column. */
const instanceColumns = new Map<string, WriteColumn | undefined>(
  Object.entries({
    node: columnJson['node'],
    vmid: columnJson['vmid'],
    name: columnJson['name'],
    isOriginal: (table) => `iif(${table}.is_replica, 'false', 'true')`,
    lastVerifiedAt: columnJson['lastVerifiedAt'],
    __typename: () => `'"NodeInstance"'`,
  }),
);

function writeInstance(set: SelectionSetNode | undefined): string | undefined {
  return writeObject(set, ({ name, selectionSet }) =>
    name.value === 'template'
      ? writeTemplateJson(selectionSet)
      : instanceColumns.get(name.value)?.(nameTable(0)),
  );
}
