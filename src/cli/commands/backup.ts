import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { nameKeyFile } from '../../secrets/key-file.ts';
import { addDatabaseOption, findDatabase, type SettingOptions } from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import { formatBytes } from '../progress/format.ts';
import type { Surroundings } from '../surroundings.ts';
import { refusePostgresql } from '../refuse-postgresql.ts';

interface BackupCommandOptions extends SettingOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `hub backup <file>`: the store as it is now, while a server may go on. */
export function registerBackup(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('backup')
    .description('write the store to a file, while a server may go on working on it')
    .argument('<file>', 'where to')
    .option('--force', 'replace the file where there is one')
    .option('--json', 'print JSON');
  addDatabaseOption(command).action((file: string, options: BackupCommandOptions) =>
    backUp(resolve(surroundings.folder, file), options, surroundings),
  );
}

async function backUp(
  file: string,
  options: BackupCommandOptions,
  surroundings: Surroundings,
): Promise<void> {
  const location = findDatabase(surroundings, options);
  if (location.provider === 'postgresql') throw refusePostgresql('pg_dump', location.url, file);
  const { backUpSqlite } = await import('../../store/sqlite/backup.ts');
  const bytes = await backUpSqlite({ database: location.file, file, force: options.force ?? false });
  const path = nameKeyFile(location.file);
  const key = existsSync(path) ? { keyFile: path } : undefined;
  if (options.json) return writeJson(surroundings.stdout, { database: location.file, file, bytes, ...key });
  writeLine(surroundings.stdout, `Wrote ${file} (${formatBytes(bytes)}), and read it through: it is sound.`);
  if (key)
    writeLine(surroundings.stdout, `The key of its secrets is not in it; keep it elsewhere: ${key.keyFile}`);
  writeLine(surroundings.stdout, `Bring it back with: hub restore ${file}`);
}
