import type { Command } from 'commander';
import { CommandFailed } from '../cli-error.ts';
import { withClient } from '../connect-cluster.ts';
import type { Check, Diagnosis } from '../doctor/check.ts';
import { examineCluster } from '../doctor/examine-cluster.ts';
import { addStoreOptions, chooseClusters, loadSettings, type SettingOptions } from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';

interface DoctorOptions extends SettingOptions {
  readonly cluster?: string;
  readonly json?: boolean;
}

const marks = { ok: '✓', warn: '!', fail: '✗' } as const;

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
  const clusters = chooseClusters(loadSettings(surroundings, options), options.cluster);
  const diagnoses = await Promise.all(
    clusters.map(async (cluster): Promise<Diagnosis> => {
      const checks = await withClient(cluster, surroundings, (client) => examineCluster(cluster, client));
      return { clusterId: cluster.id, checks };
    }),
  );
  if (options.json) writeJson(surroundings.stdout, diagnoses);
  else for (const line of diagnoses.flatMap(describeDiagnosis)) writeLine(surroundings.stdout, line);
  const failed = diagnoses.flatMap(({ checks }) => checks).filter((check) => check.level === 'fail').length;
  if (failed > 0) throw new CommandFailed('NOT_WELL', `${failed} of the checks failed`);
}

function describeDiagnosis({ clusterId, checks }: Diagnosis): string[] {
  const commands = [...new Set(checks.flatMap((check) => check.commands ?? []))];
  return [
    `${clusterId}:`,
    ...checks.map(describeCheck),
    ...(commands.length > 0 ? ['  To put it right:', ...commands.map((command) => `    ${command}`)] : []),
  ];
}

function describeCheck({ level, subject, message }: Check): string {
  return `  ${marks[level]} ${subject.padEnd(12)} ${message}`;
}
