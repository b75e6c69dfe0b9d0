import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Cell } from './tables/render-table.ts';

const templateFields = `databaseId name vmid clusterId clusterIp node kind state isReplica sourceVmid sourceNode
  isClassTemplate classId diskBytes storages onSharedStorage linkedClones generation createdAt lastVerifiedAt missingSince imported`;

/** A template as commands print it with `--json`. */
export const templateSchema = z.object({
  databaseId: z.int(),
  name: z.string(),
  vmid: z.int(),
  clusterId: z.string().nullable(),
  clusterIp: z.string().nullable(),
  node: z.string().nullable(),
  kind: z.string(),
  state: z.string(),
  isReplica: z.boolean(),
  sourceVmid: z.int().nullable(),
  sourceNode: z.string().nullable(),
  isClassTemplate: z.boolean(),
  classId: z.int().nullable(),
  diskBytes: z.coerce.bigint().nullable(),
  storages: z.array(z.string()),
  onSharedStorage: z.boolean().nullable(),
  linkedClones: z.boolean().nullable(),
  generation: z.string().nullable(),
  createdAt: z.string(),
  lastVerifiedAt: z.string().nullable(),
  missingSince: z.string().nullable(),
  imported: z.boolean(),
});

export type TemplateShown = z.output<typeof templateSchema>;

const pageDocument = `query ($where: TemplateWhere, $after: String) {
  templates(where: $where, orderBy: [{ field: DATABASE_ID, direction: ASC }], first: 100, after: $after) {
    nodes { ${templateFields} }
    pageInfo { hasNextPage endCursor }
  }
}`;

const pageSchema = z.object({
  templates: z.object({
    nodes: z.array(templateSchema),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

/** All templates that fit a filter of the API, page after page. */
export async function listTemplates(api: HubApi, where: Record<string, unknown>): Promise<TemplateShown[]> {
  const templates: TemplateShown[] = [];
  let after: string | null = null;
  do {
    const page: z.output<typeof pageSchema> = await api.ask(pageDocument, { where, after }, pageSchema);
    templates.push(...page.templates.nodes);
    after = page.templates.pageInfo.hasNextPage ? page.templates.pageInfo.endCursor : null;
  } while (after !== null);
  return templates;
}

export const templateHeadings = [
  'id',
  'vmid',
  'name',
  'cluster',
  'node',
  'role',
  'source',
  'state',
  'verified',
];

/** A template as a row under `templateHeadings`. */
export function describeTemplate(template: TemplateShown): Cell[] {
  return [
    template.databaseId,
    template.vmid,
    template.name,
    template.clusterId ?? template.clusterIp,
    template.node ?? 'unknown',
    nameRole(template),
    template.sourceVmid === null ? null : `${template.sourceVmid}`,
    template.state.toLowerCase(),
    template.lastVerifiedAt,
  ];
}

/** Everything of a template, one fact a line. */
export function tellTemplate(
  template: TemplateShown,
  size: (bytes: bigint | null) => string | null,
): string[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ['cluster', template.clusterId ?? template.clusterIp],
    ['node', template.node],
    ['role', nameRole(template)],
    [
      'source',
      template.sourceVmid === null ? null : `${template.sourceVmid} on ${template.sourceNode ?? 'unknown'}`,
    ],
    ['class', template.classId === null ? null : String(template.classId)],
    ['state', template.state.toLowerCase()],
    ['kind', template.kind.toLowerCase()],
    ['disks', size(template.diskBytes)],
    ['storages', template.storages.join(', ') || null],
    ['linked clones', template.linkedClones === false ? 'not possible' : null],
    ['verified', template.lastVerifiedAt],
    ['missing since', template.missingSince],
  ];
  const known = facts.filter(([, value]) => value !== null);
  return [
    `${template.name} (${template.vmid})`,
    ...known.map(([name, value]) => `  ${name.padEnd(14)} ${value ?? ''}`),
  ];
}

function nameRole(template: Pick<TemplateShown, 'isReplica' | 'isClassTemplate'>): string {
  if (template.isClassTemplate) return 'class';
  return template.isReplica ? 'replica' : 'original';
}
