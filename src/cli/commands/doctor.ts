import type { Command } from 'commander';
import { CommandFailed } from '../cli-error.ts';
import { withClient } from '../connect-cluster.ts';
import type { Diagnosis } from '../doctor/check.ts';
import { examineCluster } from '../doctor/examine-cluster.ts';
import { judgeFiles } from '../doctor/judge-files.ts';
import { examineBooks } from '../doctor/examine-books.ts';
import { addStoreOptions, chooseClusters, loadSettings, type SettingOptions } from '../load-settings.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { paint } from '../output/line.ts';
import { makeTable } from '../output/table.ts';
import type { Surroundings } from '../surroundings.ts';

interface DoctorOptions extends SettingOptions {
  readonly cluster?: string;
  readonly json?: boolean;
}

const marks = { ok: paint('green', '✓'), warn: paint('yellow', '!'), fail: paint('red', '✗') } as const;

/** `hub doctor`: what keeps replication from working, and the commands that put it right. */
export function registerDoctor(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('doctor')
    .description('find what keeps replication from working, and what puts it right')
    .option('--cluster <id>', 'only this cluster')
    .option('--json', 'print JSON');
  addStoreOptions(command).action((options: DoctorOptions) => runDoctor(options, surroundings));
}

async function runDoctor(options: DoctorOptions, surroundings: Surroundings): Promise<void> {
  const config = loadSettings(surroundings, options);
  const clusters = chooseClusters(config, options.cluster);
  const privacy = judgeFiles(config.openFiles ?? []);
  const judgeBooks = await examineBooks(options, surroundings);
  const diagnoses = await Promise.all(
    clusters.map(async (cluster): Promise<Diagnosis> => {
      const checks = await withClient(cluster, surroundings, (client) => examineCluster(cluster, client));
      return { clusterId: cluster.id, checks: [...checks, ...judgeBooks(cluster.id), ...privacy] };
    }),
  );
  if (options.json) writeJson(surroundings.stdout, diagnoses);
  else for (const diagnosis of diagnoses) printDiagnosis(diagnosis, surroundings);
  const failed = diagnoses.flatMap(({ checks }) => checks).filter((check) => check.level === 'fail').length;
  if (failed > 0) throw new CommandFailed('NOT_WELL', `${failed} of the checks failed`);
}

function printDiagnosis({ clusterId, checks }: Diagnosis, surroundings: Surroundings): void {
  const commands = [...new Set(checks.flatMap((check) => check.commands ?? []))];
  const rows = checks.map(({ level, subject, message }) => [marks[level], subject, message]);
  writeBlocks(surroundings, [
    [paint('bold', clusterId)],
    makeTable(['', 'check', 'finding'], rows),
    // Whole, however long they are: they are to be copied.
    ...(commands.length > 0 ? ['To put it right:', ...commands.map((command) => `  ${command}`)] : []),
  ]);
}
