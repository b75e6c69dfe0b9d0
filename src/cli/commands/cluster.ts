import type { Command } from 'commander';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { describeClusterFaults, describeClusters, listClusters } from '../clusters.ts';
import { writeBlocks, writeJson } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { registerPin } from './cluster-pin.ts';
import { registerProbe } from './cluster-probe.ts';

/** `hub cluster …`: which clusters there are, and how to reach them. */
export function registerCluster(program: Command, surroundings: Surroundings): void {
  const group = program.command('cluster').description('which clusters there are, and how to reach them');
  const list = group.command('list').description('the configured clusters as the last scan saw them');
  addApiOptions(list).action(async (options: ApiOptions) => {
    const clusters = await withApi(options, surroundings, listClusters);
    if (options.json) return writeJson(surroundings.stdout, clusters);
    writeBlocks(surroundings, [...describeClusters(clusters), ...describeClusterFaults(clusters)]);
  });
  registerProbe(group, surroundings);
  registerPin(group, surroundings);
}
