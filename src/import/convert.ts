import { bindClusters, convertClusters, type ClusterDraft, type ClusterBook } from './convert-clusters.ts';
import { convertClasses, type ClassDraft } from './convert-classes.ts';
import { convertMachines, type MachineDraft } from './convert-machines.ts';
import { convertTemplates, type TemplateDraft } from './convert-templates.ts';
import { readInteger, readText } from './legacy-values.ts';
import { pickTable, type LegacyTables } from './legacy-tables.ts';
import type { ImportNotes } from './report.ts';

/** Everything of an old database that has a place in the store, with the old ids. */
export interface LegacyContent {
  readonly clusters: ClusterBook;
  readonly templates: readonly TemplateDraft[];
  readonly classes: readonly ClassDraft[];
  readonly machines: readonly MachineDraft[];
}

export interface ConversionOptions {
  /** Clusters that the store has. */
  readonly stored: readonly ClusterDraft[];
  /** Clusters of the clusters file. */
  readonly named: readonly ClusterDraft[];
  readonly now: Date;
  readonly notes: ImportNotes;
}

/** Tables of the predecessor that hold nothing Template Hub keeps, and why. */
const leftTables: Readonly<Record<string, string>> = {
  users: 'people and their passwords stay where they are; their names are kept beside what they own',
  class_enrollments: 'Template Hub does not enrol students',
  class_co_owners: 'Template Hub knows one teacher a class',
  system_settings: 'settings are made by environment and clusters file',
};

/** Turns the tables of an old database into drafts of rows, without looking at what the store holds of them. */
export function convertLegacy(tables: LegacyTables, options: ConversionOptions): LegacyContent {
  const { notes, now } = options;
  const legacyClusters = convertClusters(pickTable(tables, 'clusters').rows, notes);
  const clusters = bindClusters(options.stored, options.named, legacyClusters);
  const context = { clusters, users: readUsers(tables), now, notes };
  const templates = convertTemplates(pickTable(tables, 'templates'), context);
  const classes = convertClasses(pickTable(tables, 'classes').rows, templates, context);
  const machines = convertMachines(pickTable(tables, 'vm_assignments').rows, classes, context);
  noteLeftTables(tables, notes);
  noteUnknownClusters(templates, notes);
  return { clusters, templates, classes, machines };
}

function readUsers(tables: LegacyTables): ReadonlyMap<number, string> {
  return new Map(
    pickTable(tables, 'users').rows.flatMap((row): [number, string][] => {
      const id = readInteger(row['id']);
      const name = readText(row['username']);
      return id !== undefined && name ? [[id, name]] : [];
    }),
  );
}

function noteLeftTables(tables: LegacyTables, notes: ImportNotes): void {
  for (const [table, reason] of Object.entries(leftTables)) {
    const { rows } = pickTable(tables, table);
    if (rows.length > 0) notes.left.push({ table, reason: `${rows.length} rows: ${reason}` });
  }
}

function noteUnknownClusters(templates: readonly TemplateDraft[], notes: ImportNotes): void {
  const unknown = Map.groupBy(
    templates.filter((template) => template.clusterId === null),
    (template) => template.clusterIp ?? 'no cluster address',
  );
  for (const [host, rows] of unknown) {
    const reason = `${rows.length} rows are of ${host}, which no configured cluster has as host: taken without a cluster`;
    notes.mended.push({ table: 'templates', reason });
  }
}
