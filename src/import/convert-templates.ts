import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import type { ClusterBook } from './convert-clusters.ts';
import { convertDate, convertFlag } from './convert-values.ts';
import {
  largestInteger,
  readId,
  readInteger,
  readNumber,
  readText,
  type LegacyRow,
} from './legacy-values.ts';
import type { LegacyTable } from './legacy-tables.ts';
import type { ImportNotes } from './report.ts';

type TemplateData = Omit<Prisma.TemplateCreateManyInput, 'id'>;

/** A template row of the store, apart from the id that it will get. References are still the old ids. */
export interface TemplateDraft extends TemplateData {
  readonly legacyId?: number;
  readonly clusterIp: string | null;
  readonly node: string | null;
  lastVerifiedAt: Date | null;
  classId: number | null;
  originalTemplateId: number | null;
}

/** What converting rows needs to know beside them. */
export interface ConversionContext {
  readonly clusters: ClusterBook;
  /** User names by id. */
  readonly users: ReadonlyMap<number, string>;
  /** Creation time of rows that have none. */
  readonly now: Date;
  readonly notes: ImportNotes;
}

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const trackingColumns = [
  'is_replica',
  'source_vmid',
  'source_node',
  'is_class_template',
  'class_id',
  'last_verified_at',
];

/** Converts the `templates` table of any of its shapes; rows without a usable VMID are left. */
export function convertTemplates(table: LegacyTable, context: ConversionContext): TemplateDraft[] {
  noteShape(table.columns, context.notes);
  return table.rows.flatMap((row) => {
    const vmid = readInteger(row['proxmox_vmid']);
    if (vmid === undefined || Math.abs(vmid) > largestInteger) {
      const reason = `proxmox_vmid ${JSON.stringify(row['proxmox_vmid'])} is no VMID`;
      context.notes.left.push({ table: 'templates', id: readInteger(row['id']), reason });
      return [];
    }
    return [convertTemplate(row, vmid, context)];
  });
}

function noteShape(columns: readonly string[], notes: ImportNotes): void {
  const missing = trackingColumns.filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const reason = `the table has no ${missing.join(', ')}: false and null were taken`;
  notes.mended.push({ table: 'templates', reason });
}

function convertTemplate(row: LegacyRow, vmid: number, context: ConversionContext): TemplateDraft {
  const clusterIp = readText(row['cluster_ip']) ?? null;
  const legacyId = readId(row['id']);
  const mend = (reason: string) => context.notes.mended.push({ table: 'templates', id: legacyId, reason });
  return {
    legacyId,
    name: readText(row['name']) ?? '',
    vmid,
    clusterIp,
    clusterId: context.clusters.findByHost(clusterIp) ?? null,
    node: readText(row['node']) ?? null,
    isReplica: convertFlag(row, 'is_replica', mend),
    sourceVmid: readInteger(row['source_vmid']) ?? null,
    sourceNode: readText(row['source_node']) ?? null,
    isClassTemplate: convertFlag(row, 'is_class_template', mend),
    classId: readId(row['class_id']) ?? null,
    originalTemplateId: readId(row['original_template_id']) ?? null,
    createdBy: findUser(row['created_by_id'], context.users, mend),
    createdAt: convertDate(row, 'created_at', mend) ?? context.now,
    lastVerifiedAt: convertDate(row, 'last_verified_at', mend),
    imported: true,
    ...convertSpecs(row),
  };
}

/** What later versions cached of the guest's hardware; a scan overwrites it. */
function convertSpecs(
  row: LegacyRow,
): Pick<TemplateData, 'cores' | 'memoryBytes' | 'diskBytes' | 'storageNames' | 'osType'> {
  const cores = readInteger(row['cpu_cores']);
  const memory = readNumber(row['memory_mb']);
  const disk = readNumber(row['disk_size_gb']);
  return {
    cores: cores === undefined ? null : cores * (readInteger(row['cpu_sockets']) ?? 1),
    memoryBytes: memory === undefined ? null : BigInt(Math.round(memory * mebibyte)),
    diskBytes: disk === undefined ? null : BigInt(Math.round(disk * gibibyte)),
    storageNames: readText(row['disk_storage']) ?? null,
    osType: readText(row['os_type']) ?? null,
  };
}

function findUser(
  value: unknown,
  users: ReadonlyMap<number, string>,
  mend: (reason: string) => void,
): string | null {
  const id = readInteger(value);
  if (id === undefined) return null;
  const name = users.get(id);
  if (name === undefined) mend(`created_by_id ${id} names no user: none was taken`);
  return name ?? null;
}
