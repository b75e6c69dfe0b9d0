import type { Command } from 'commander';
import { z } from 'zod';
import type { HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { writeJson, writeLine } from '../output.ts';
import { formatBytes } from '../progress/format.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../tables/render-table.ts';

interface StatsOptions extends ApiOptions {
  readonly cluster?: string;
}

const statsDocument = `query ($clusterId: String) {
  stats(clusterId: $clusterId) {
    totalTemplates originalTemplates replicaTemplates classTemplates missingTemplates totalBytes
    templatesByNode { node count bytes }
  }
}`;

const statsSchema = z.object({
  stats: z.object({
    totalTemplates: z.int(),
    originalTemplates: z.int(),
    replicaTemplates: z.int(),
    classTemplates: z.int(),
    missingTemplates: z.int(),
    totalBytes: z.coerce.bigint(),
    templatesByNode: z.array(
      z.object({ node: z.string().nullable(), count: z.int(), bytes: z.coerce.bigint() }),
    ),
  }),
});

export type StatsShown = z.output<typeof statsSchema>['stats'];

/** `hub stats`: how many templates of which kind, and where. */
export function registerStats(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('stats')
    .description('how many templates of which kind, and where')
    .option('--cluster <id>', 'of this cluster');
  addApiOptions(command).action(async (options: StatsOptions) => {
    const stats = await withApi(options, surroundings, (api) => readStats(api, options.cluster));
    if (options.json) writeJson(surroundings.stdout, stats);
    else for (const line of describeStats(stats)) writeLine(surroundings.stdout, line);
  });
}

/** The figures of one cluster or all. */
export async function readStats(api: HubApi, clusterId?: string): Promise<StatsShown> {
  return (await api.ask(statsDocument, { clusterId }, statsSchema)).stats;
}

/** The figures for people. */
export function describeStats(stats: StatsShown): string[] {
  const { originalTemplates, replicaTemplates, classTemplates, missingTemplates } = stats;
  const parts = [
    `${originalTemplates} originals`,
    `${replicaTemplates} replicas`,
    `${classTemplates} class templates`,
  ];
  const missing = missingTemplates > 0 ? `, ${missingTemplates} of them missing` : '';
  const rows = stats.templatesByNode.map((one) => [one.node ?? 'unknown', one.count, formatBytes(one.bytes)]);
  return [
    `${stats.totalTemplates} templates (${parts.join(', ')})${missing}, ${formatBytes(stats.totalBytes)}`,
    ...(rows.length > 0 ? renderTable(['node', 'templates', 'size'], rows) : []),
  ];
}
