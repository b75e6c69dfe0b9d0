import type { Command } from 'commander';
import { z } from 'zod';
import { ClusterStatus } from '../../../prisma/generated/sqlite/enums.ts';
import type { HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { writeBlocks, writeJson, type Block } from '../output.ts';
import { paint } from '../output/line.ts';
import { makeNote } from '../output/note.ts';
import { makeTable } from '../output/table.ts';
import { formatBytes } from '../progress/format.ts';
import type { Surroundings } from '../surroundings.ts';
import { count } from '../words.ts';

interface StatsOptions extends ApiOptions {
  readonly cluster?: string;
}

const statsDocument = `query ($clusterId: String) {
  stats(clusterId: $clusterId) {
    totalTemplates originalTemplates replicaTemplates classTemplates missingTemplates totalBytes
    templatesByNode { node count bytes }
  }
  clusters { clusterId status statusSince }
}`;

const clusterSchema = z.object({
  clusterId: z.string(),
  status: z.enum(ClusterStatus),
  statusSince: z.string().nullable(),
});

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
  clusters: z.array(clusterSchema),
});

type Answer = z.output<typeof statsSchema>;

/** The figures, and how the clusters are that they are of. */
export interface StatsShown extends Readonly<Answer['stats']> {
  readonly clusters: Answer['clusters'];
}

/** `hub stats`: how many templates of which kind, and where. */
export function registerStats(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('stats')
    .description('how many templates of which kind, and where')
    .option('--cluster <id>', 'of this cluster');
  addApiOptions(command).action(async (options: StatsOptions) => {
    const stats = await withApi(options, surroundings, (api) => readStats(api, options.cluster));
    if (options.json) writeJson(surroundings.stdout, stats);
    else writeBlocks(surroundings, describeStats(stats));
  });
}

/** The figures of one cluster or all. */
export async function readStats(api: HubApi, clusterId?: string): Promise<StatsShown> {
  const { stats, clusters } = await api.ask(statsDocument, { clusterId }, statsSchema);
  const counted = clusters.filter((cluster) => clusterId === undefined || cluster.clusterId === clusterId);
  return { ...stats, clusters: counted };
}

/** The figures for people. */
export function describeStats(stats: StatsShown): Block[] {
  const { originalTemplates, replicaTemplates, classTemplates, missingTemplates } = stats;
  const parts = [
    count(originalTemplates, 'original'),
    count(replicaTemplates, 'replica'),
    count(classTemplates, 'class template'),
  ];
  const missing = missingTemplates > 0 ? `, ${missingTemplates} of them missing` : '';
  const rows = stats.templatesByNode.map((one) => [one.node ?? 'unknown', one.count, formatBytes(one.bytes)]);
  return [
    makeTable(['node', 'templates', 'size'], rows),
    `${count(stats.totalTemplates, 'template')} (${parts.join(', ')})${missing}, ${formatBytes(stats.totalBytes)}`,
    ...stats.clusters.flatMap(describeDoubt),
  ];
}

const doubts: Readonly<Record<ClusterStatus, string | undefined>> = {
  ONLINE: undefined,
  DEGRADED: 'is degraded: of what its last scan did not see, the figures are old.',
  UNREACHABLE: 'is unreachable: its figures are those of before.',
  NEVER_SCANNED: 'was never scanned.',
};

/** Why the figures may be others. */
function describeDoubt({ clusterId, status }: Answer['clusters'][number]): Block[] {
  const doubt = doubts[status];
  return doubt === undefined ? [] : [makeNote(paint('yellow', '!'), `${clusterId} ${doubt}`)];
}
