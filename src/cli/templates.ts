import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Block } from './output.ts';
import { formatRelative } from './output/relative-time.ts';
import { makeTable, toMoment, type Cell } from './output/table.ts';
import { formatBytes } from './progress/format.ts';
import { count, showState, toWords } from './words.ts';

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

/** Templates for people: a table, and how many of which kind they are. */
export function describeTemplates(templates: readonly TemplateShown[]): Block[] {
  if (templates.length === 0) return ['No template fits.'];
  return [
    makeTable(
      ['vmid', 'name', 'cluster', 'node', 'role', 'state', 'size', 'seen'],
      templates.map(describeTemplate),
    ),
    sumTemplates(templates),
  ];
}

function describeTemplate(template: TemplateShown): Cell[] {
  return [
    template.vmid,
    template.name,
    template.clusterId ?? template.clusterIp,
    template.node ?? 'unknown',
    nameRole(template),
    template.state === 'PRESENT' ? null : showState(template.state),
    template.diskBytes === null ? null : formatBytes(template.diskBytes),
    toMoment(template.lastVerifiedAt),
  ];
}

function sumTemplates(templates: readonly TemplateShown[]): string {
  const roles = { original: 'originals', replica: 'replicas', class: 'of classes' } as const;
  const parts = Object.entries(roles).flatMap(([role, words]) => {
    const amount = templates.filter((template) => readRole(template) === role).length;
    return amount === 0 ? [] : [role === 'class' ? `${amount} ${words}` : count(amount, role, words)];
  });
  const bytes = templates.reduce((sum, { diskBytes }) => sum + (diskBytes ?? 0n), 0n);
  return `${count(templates.length, 'template')}: ${parts.join(', ')}, ${formatBytes(bytes)}`;
}

/** Everything of a template, one fact a line. */
export function tellTemplate(template: TemplateShown, now: number): Block[] {
  const size = template.diskBytes === null ? null : formatBytes(template.diskBytes);
  const moment = (time: string | null) =>
    time === null ? null : `${formatRelative(new Date(time), now)} (${time})`;
  const facts: readonly (readonly [string, string | null])[] = [
    ['cluster', template.clusterId ?? template.clusterIp],
    ['node', template.node],
    ['role', nameRole(template)],
    ['source node', template.isReplica ? template.sourceNode : null],
    ['state', toWords(template.state)],
    ['kind', template.kind === 'LXC' ? 'container' : 'virtual machine'],
    ['disks', size],
    ['storages', template.storages.join(', ') || null],
    ['linked clones', template.linkedClones === false ? 'not possible' : null],
    ['seen', moment(template.lastVerifiedAt)],
    ['missing since', moment(template.missingSince)],
  ];
  const known = facts.filter(([, value]) => value !== null);
  return [
    `${template.name} (${template.vmid})`,
    ...known.map(([name, value]) => `  ${name.padEnd(14)} ${value ?? ''}`),
  ];
}

type Role = Pick<TemplateShown, 'isReplica' | 'isClassTemplate'>;

function readRole({ isReplica, isClassTemplate }: Role): 'original' | 'replica' | 'class' {
  if (isClassTemplate) return 'class';
  return isReplica ? 'replica' : 'original';
}

function nameRole(template: Role & Pick<TemplateShown, 'sourceVmid' | 'classId'>): string {
  const role = readRole(template);
  if (role === 'class') return template.classId === null ? 'class' : `class ${template.classId}`;
  return role === 'replica' && template.sourceVmid !== null ? `replica of ${template.sourceVmid}` : role;
}
