import type { Clock } from '../time/clock.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { convertLegacy } from './convert.ts';
import type { ClusterDraft } from './convert-clusters.ts';
import { findCandidates } from './find-candidates.ts';
import { mergeLegacy } from './merge.ts';
import type { LegacyTables } from './legacy-tables.ts';
import { readLegacyTables } from './read-legacy.ts';
import { emptyCounts, type ImportNotes, type ImportReport } from './report.ts';
import { readStored } from './stored-content.ts';
import { writeImport } from './write-import.ts';

export interface ImportOptions {
  /** Path of the `lab_portal.db`. */
  readonly file: string;
  readonly store: Store;
  /** Clusters that hosts in the file are matched with: those of the configuration or of a clusters file. */
  readonly clusters: readonly ClusterDraft[];
  /** Only report what would be done. */
  readonly dryRun?: boolean;
  readonly clock: Clock;
}

/**
 * Takes a database of the Python system over into the store, in one transaction: clusters (without passwords),
 * templates, classes and machine assignments. May be repeated: what is there already is left as it is.
 *
 * @throws {LegacyFileError} when the file cannot be read; the store is untouched then.
 */
export async function importLegacy(options: ImportOptions): Promise<ImportReport> {
  const tables = readLegacyTables(options.file);
  return options.store.transaction((database) => importTables(database, tables, options));
}

async function importTables(
  database: Database,
  tables: LegacyTables,
  options: ImportOptions,
): Promise<ImportReport> {
  const notes: ImportNotes = { mended: [], left: [] };
  const stored = await readStored(database);
  const now = new Date(options.clock.now());
  const content = convertLegacy(tables, { stored: stored.clusters, named: options.clusters, now, notes });
  const plan = mergeLegacy(content, stored, notes);
  if (!options.dryRun) await writeImport(database, plan, options.store.provider);
  return {
    file: options.file,
    dryRun: options.dryRun ?? false,
    taken: plan.taken,
    completed: { ...emptyCounts(), ...plan.completed },
    unchanged: plan.unchanged,
    mended: notes.mended,
    left: notes.left,
    candidates: findCandidates(content.templates),
  };
}
