import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addDatabaseOption, findDatabase, type SettingOptions } from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import { formatBytes } from '../progress/format.ts';
import { refusePostgresql } from '../refuse-postgresql.ts';
import type { Surroundings } from '../surroundings.ts';
import { count } from '../words.ts';

interface RestoreCommandOptions extends SettingOptions {
  readonly json?: boolean;
}

/** `hub restore <file>`: a backup in the place of the store. */
export function registerRestore(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('restore')
    .description('put a backup in the place of the store; what is there stays beside it')
    .argument('<file>', 'the backup; it is only read')
    .option('--json', 'print JSON');
  addDatabaseOption(command).action((file: string, options: RestoreCommandOptions) =>
    restore(resolve(surroundings.folder, file), options, surroundings),
  );
}

async function restore(
  file: string,
  options: RestoreCommandOptions,
  surroundings: Surroundings,
): Promise<void> {
  const location = findDatabase(surroundings, options);
  if (location.provider === 'postgresql') throw refusePostgresql('pg_restore', location.url, file);
  const database = location.file;
  const { restoreSqlite } = await import('../../store/sqlite/restore.ts');
  const restored = await restoreSqlite({ file, database, now: surroundings.clock.now() });
  if (options.json) return writeJson(surroundings.stdout, { database, file, ...restored });
  const { templates, bytes, pending, kept } = restored;
  const what = `${count(templates, 'template')}, ${formatBytes(bytes)}`;
  const lines = [
    `Restored ${database} from ${file}: ${what}.`,
    ...(kept === undefined ? [] : [`What was there is now ${kept}`]),
    ...(pending === 0 ? [] : [`The next start brings it up to date: ${count(pending, 'migration')}.`]),
    'Tokens and webhooks are those of the backup. What changed on the clusters since,',
    'the next scan finds. Go on with: hub serve',
  ];
  for (const line of lines) writeLine(surroundings.stdout, line);
}
