import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadStoreConfig } from '../../config/named-clusters.ts';
import { parseDatabaseUrl } from '../../store/database-url.ts';
import { addStoreOptions, overrideEnvironment, type SettingOptions } from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import { describeImport } from '../reports/describe-import.ts';
import type { Surroundings } from '../surroundings.ts';

interface ImportCommandOptions extends SettingOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `hub import <file>`: takes over a database of the Python system. */
export function registerImport(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('import')
    .description('take over the database of the Python system (lab_portal.db)')
    .argument('<file>', 'the database; it is only read')
    .option('--dry-run', 'only say what would be taken')
    .option('--json', 'print the report as JSON');
  addStoreOptions(command).action((file: string, options: ImportCommandOptions) =>
    importFile(resolve(surroundings.folder, file), options, surroundings),
  );
}

async function importFile(
  file: string,
  options: ImportCommandOptions,
  surroundings: Surroundings,
): Promise<void> {
  const environment = overrideEnvironment(surroundings.environment, options);
  const { databaseUrl, clusters } = loadStoreConfig({ environment, folder: surroundings.folder });
  const { importLegacy } = await import('../../import/import-legacy.ts');
  const { openStore } = await import('../../store/store.ts');
  const place = options.dryRun ? copyDatabase(databaseUrl, surroundings.folder) : { url: databaseUrl };
  try {
    const store = await openStore({ url: place.url, folder: surroundings.folder });
    try {
      const { clock } = surroundings;
      const report = await importLegacy({ file, store, clusters, dryRun: options.dryRun ?? false, clock });
      if (options.json) writeJson(surroundings.stdout, report);
      else for (const line of describeImport(report)) writeLine(surroundings.stdout, line);
    } finally {
      await store.close();
    }
  } finally {
    if (place.folder) rmSync(place.folder, { recursive: true });
  }
}

/** A dry run must not even create or migrate the store: it looks at a copy. */
function copyDatabase(url: string, folder: string): { url: string; folder?: string } {
  const location = parseDatabaseUrl(url, folder);
  if (location.provider !== 'sqlite') return { url };
  const copies = mkdtempSync(join(tmpdir(), 'template-hub-dry-run-'));
  const copy = join(copies, 'store.db');
  for (const suffix of ['', '-wal']) {
    if (existsSync(location.file + suffix)) copyFileSync(location.file + suffix, copy + suffix);
  }
  return { url: `file:${copy}`, folder: copies };
}
