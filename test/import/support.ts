import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { importLegacy, type ImportOptions } from '../../src/import/import-legacy.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';

/** The clusters of the sample databases. */
export const sampleClusters = [
  { id: 'cluster1', name: 'Main', host: '10.220.15.249', port: 8006 },
  { id: 'cluster2', name: 'Second', host: '10.220.12.6', port: 8006 },
];

export const samples = ['lab_portal', 's0_before_tracking', 's3_december', 's5_rebuilt'] as const;

export function findSample(name: (typeof samples)[number]): string {
  return join(import.meta.dirname, '..', 'data', `${name}.db`);
}

/** A folder with a fresh store, for one test. */
export async function openBench(): Promise<{ folder: string; store: Store; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-import-'));
  const store = await openStore({ url: `file:${join(folder, 'hub.db')}` });
  return {
    folder,
    store,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Imports with the sample clusters unless told otherwise. */
export function runImport(store: Store, file: string, options: Partial<ImportOptions> = {}) {
  return importLegacy({ store, file, clusters: sampleClusters, clock: new DrivenClock(), ...options });
}

/** Writes a database of another shape by SQL. */
export function makeDatabase(file: string, sql: string): string {
  const database = new Database(file);
  database.exec(sql);
  database.close();
  return file;
}

/** Rows of a database file as they are. */
export function readRows(file: string, table: string): Record<string, unknown>[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY rowid`).all();
  } finally {
    database.close();
  }
}

/** Everything that the store holds of what imports write. */
export async function dumpStore(store: Store) {
  const orderBy = { id: 'asc' } as const;
  return {
    clusters: await store.prisma.cluster.findMany({ orderBy }),
    templates: await store.prisma.template.findMany({ orderBy }),
    classes: await store.prisma.class.findMany({ orderBy }),
    machines: await store.prisma.classMachine.findMany({ orderBy }),
  };
}
