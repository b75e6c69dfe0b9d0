import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import { convertDate, convertFlag } from './convert-values.ts';
import type { ConversionContext, TemplateDraft } from './convert-templates.ts';
import { readId, readInteger, readText, type LegacyRow } from './legacy-values.ts';

type ClassData = Omit<Prisma.ClassCreateManyInput, 'id'>;

/** A class of the store, apart from the id that it will get. */
export interface ClassDraft extends ClassData {
  readonly legacyId?: number;
  readonly createdAt: Date;
  sourceTemplateId: number | null;
  joinToken: string | null;
}

/** Columns that have a place of their own; all others that hold something go into `settings`. */
const placedColumns = new Set([
  'id',
  'name',
  'description',
  'teacher_id',
  'template_id',
  'join_token',
  'token_expires_at',
  'token_never_expires',
  'vmid_prefix',
  'deployment_node',
  'deployment_cluster',
  'created_at',
  'updated_at',
]);

/** Converts the `classes` table; the source template is the original that the class's own template was made from. */
export function convertClasses(
  rows: readonly LegacyRow[],
  templates: readonly TemplateDraft[],
  context: ConversionContext,
): ClassDraft[] {
  const templatesById = new Map(templates.map((template) => [template.legacyId, template]));
  return rows.map((row) => {
    const own = templatesById.get(readId(row['template_id']));
    const original = own?.originalTemplateId ? templatesById.get(own.originalTemplateId) : undefined;
    return convertClass(row, original ?? own, context);
  });
}

function convertClass(
  row: LegacyRow,
  source: TemplateDraft | undefined,
  context: ConversionContext,
): ClassDraft {
  const legacyId = readId(row['id']);
  const mend = (reason: string) => context.notes.mended.push({ table: 'classes', id: legacyId, reason });
  const cluster = readText(row['deployment_cluster']);
  return {
    legacyId,
    name: readText(row['name']) ?? '',
    teacher: context.users.get(readInteger(row['teacher_id']) ?? 0) ?? null,
    description: readText(row['description']) ?? null,
    joinToken: readText(row['join_token']) || null,
    joinExpiresAt: convertDate(row, 'token_expires_at', mend),
    joinNeverExpires: convertFlag(row, 'token_never_expires', mend),
    clusterId: cluster && context.clusters.has(cluster) ? cluster : (source?.clusterId ?? null),
    sourceVmid: source?.vmid ?? null,
    sourceTemplateId: readId(row['template_id']) ?? null,
    nodes: readText(row['deployment_node']) ?? '',
    ...convertRange(readInteger(row['vmid_prefix'])),
    settings: JSON.stringify(gatherSettings(row)),
    imported: true,
    createdAt: convertDate(row, 'created_at', mend) ?? context.now,
  };
}

/** The predecessor gave a class the hundred VMIDs that begin with its prefix. */
function convertRange(prefix: number | undefined): Pick<ClassData, 'vmidFirst' | 'vmidLast'> {
  return prefix === undefined ? {} : { vmidFirst: prefix * 100, vmidLast: prefix * 100 + 99 };
}

function gatherSettings(row: LegacyRow): LegacyRow {
  return Object.fromEntries(
    Object.entries(row).filter(([column, value]) => !placedColumns.has(column) && value !== null),
  );
}
