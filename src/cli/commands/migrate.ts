import type { Command } from 'commander';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { addWatchOptions, followRuns, judgeRuns, requestRuns } from '../follow-runs.ts';
import type { Surroundings } from '../surroundings.ts';
import { printScan, scanClusters } from './scan.ts';
import { describeStats, readStats } from './stats.ts';

interface MigrateOptions extends ApiOptions {
  readonly scanOnly?: boolean;
  readonly timeout?: number;
}

/** `hub migrate`: what the Python system's migration script did. */
export function registerMigrate(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('migrate')
    .description('bring the store up to date: schema, scan, replicate, statistics')
    .option('--scan-only', 'copy nothing')
    .addHelpText('after', '\nIt may be repeated at any time: what is in place stays as it is.\n');
  addApiOptions(addWatchOptions(command)).action((options: MigrateOptions) => migrate(options, surroundings));
}

async function migrate(options: MigrateOptions, surroundings: Surroundings): Promise<void> {
  await withApi(options, { ...surroundings, working: true }, async (api) => {
    const scans = await scanClusters(api);
    if (!options.json)
      printScan(
        scans.filter((scan) => scan.error === undefined),
        options,
        surroundings,
      );
    const runs = options.scanOnly
      ? []
      : await followRuns(api, await requestRuns(api, {}), { options, surroundings });
    const stats = await readStats(api);
    if (options.json) writeJson(surroundings.stdout, { scans, runs, stats });
    else writeBlocks(surroundings, describeStats(stats));
    judgeRuns(runs);
    printScan(
      scans.filter((scan) => scan.error !== undefined),
      { ...options, json: false },
      surroundings,
    );
  });
}
