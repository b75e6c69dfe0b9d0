import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema, type HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import {
  clusterFields,
  clusterSchema,
  describeClusters,
  listClusters,
  type ClusterShown,
} from '../clusters.ts';
import { CommandFailed } from '../cli-error.ts';
import { refuseNoClusters } from '../no-clusters.ts';
import { writeBlocks, writeJson } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';

interface ScanOptions extends ApiOptions {
  readonly cluster?: string;
}

const scanDocument = `mutation ($input: ScanClusterInput!) {
  scanCluster(input: $input) { cluster { ${clusterFields} } userErrors { code message } }
}`;

/** What scanning one cluster came to. */
export interface ScanOutcome {
  readonly clusterId: string;
  readonly cluster: ClusterShown | null;
  readonly error?: string;
}

/** `hub scan`: looks what is there. */
export function registerScan(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('scan')
    .description('look at the clusters and record what is there')
    .option('--cluster <id>', 'only this cluster');
  addApiOptions(command).action(async (options: ScanOptions) => {
    const outcomes = await withApi(options, { ...surroundings, deciding: true }, (api) =>
      scanClusters(api, options.cluster),
    );
    printScan(outcomes, options, surroundings);
  });
}

/** Scans one cluster, or every configured one side by side. */
export async function scanClusters(api: HubApi, clusterId?: string): Promise<ScanOutcome[]> {
  const ids =
    clusterId === undefined ? (await listClusters(api)).map((cluster) => cluster.clusterId) : [clusterId];
  if (ids.length === 0) throw refuseNoClusters();
  return Promise.all(ids.map((id) => scanCluster(api, id)));
}

async function scanCluster(api: HubApi, clusterId: string): Promise<ScanOutcome> {
  const schema = z.object({
    scanCluster: z.object({ cluster: clusterSchema.nullable(), userErrors: userErrorsSchema }),
  });
  const answer = await api.ask(scanDocument, { input: { clusterId } }, schema);
  const { cluster, userErrors } = answer.scanCluster;
  const isUnreachable = userErrors[0]?.code === 'CLUSTER_UNREACHABLE';
  if (!isUnreachable) refuseUserErrors(userErrors);
  return { clusterId, cluster, error: userErrors[0]?.message ?? cluster?.lastErrorMessage ?? undefined };
}

/** Prints what was scanned, and fails when a cluster could not be. */
export function printScan(
  outcomes: readonly ScanOutcome[],
  options: ApiOptions,
  surroundings: Surroundings,
): void {
  if (options.json) writeJson(surroundings.stdout, outcomes);
  const clusters = outcomes.flatMap((outcome) => outcome.cluster ?? []);
  if (!options.json) writeBlocks(surroundings, describeClusters(clusters));
  const faults = outcomes.filter((outcome) => outcome.error !== undefined);
  if (faults.length === 0) return;
  throw new CommandFailed(
    'CLUSTER_UNREACHABLE',
    faults.map((one) => `${one.clusterId}: ${one.error ?? ''}`).join('\n'),
  );
}
