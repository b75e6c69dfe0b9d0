import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { checkPlace } from '../check-place.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeBlocks, writeJson, writeLine } from '../output.ts';
import { makeTable, toMoment } from '../output/table.ts';
import { readVmid } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  describeTemplates,
  listTemplates,
  templateSchema,
  tellTemplate,
  type TemplateShown,
} from '../templates.ts';

interface ListOptions extends ApiOptions {
  readonly cluster?: string;
  readonly node?: string;
  readonly name?: string;
  readonly vmid?: number;
  readonly role?: 'original' | 'replica' | 'class';
}

/** `hub template …`: where templates are. */
export function registerTemplate(program: Command, surroundings: Surroundings): void {
  const group = program.command('template').description('where templates are');
  const list = group
    .command('list')
    .description('all templates, or those that fit')
    .option('--cluster <id>', 'of this cluster')
    .option('--node <name>', 'on this node')
    .option('--name <name>', 'of exactly this name')
    .option('--vmid <number>', 'with this VMID', readVmid)
    .option('--role <role>', 'original, replica or class', readRole)
    .addHelpText('after', '\nExample:\n  hub template list --node pve1 --role replica\n');
  addApiOptions(list).action((options: ListOptions) => printList(options, surroundings));
  const show = group
    .command('show')
    .description('everything known of the templates with a VMID')
    .argument('<vmid>', 'VMID', readVmid)
    .option('--cluster <id>', 'of this cluster');
  addApiOptions(show).action((vmid: number, options: ListOptions) =>
    printTemplate(vmid, options, surroundings),
  );
  const nodes = group
    .command('nodes')
    .description('the nodes that have an original or a replica of it')
    .argument('<vmid>', "the original's VMID", readVmid)
    .option('--cluster <id>', 'of this cluster');
  addApiOptions(nodes).action((vmid: number, options: ListOptions) =>
    printNodes(vmid, options, surroundings),
  );
}

function readRole(text: string): string {
  if (/^(original|replica|class)$/.test(text)) return text;
  throw new InvalidArgumentError('It must be original, replica or class.');
}

async function printList(options: ListOptions, surroundings: Surroundings): Promise<void> {
  const templates = await findTemplates(options, surroundings);
  if (options.json) return writeJson(surroundings.stdout, templates);
  writeBlocks(surroundings, describeTemplates(templates));
}

/** @throws {CommandFailed} CLUSTER_NOT_FOUND, NODE_NOT_FOUND */
async function findTemplates(options: ListOptions, surroundings: Surroundings): Promise<TemplateShown[]> {
  return withApi(options, surroundings, async (api) => {
    const templates = await listTemplates(api, composeFilter(options));
    if (templates.length === 0) await checkPlace(api, options);
    return templates;
  });
}

function composeFilter(options: ListOptions): Record<string, unknown> {
  const { cluster, node, name, vmid, role } = options;
  return {
    ...(cluster !== undefined && { clusterId: { eq: cluster } }),
    ...(node !== undefined && { node: { eq: node } }),
    ...(name !== undefined && { name: { eq: name } }),
    ...(vmid !== undefined && { vmid: { eq: vmid } }),
    ...(role !== undefined && { isClassTemplate: { eq: role === 'class' } }),
    ...(role !== undefined && role !== 'class' && { isReplica: { eq: role === 'replica' } }),
  };
}

async function printTemplate(vmid: number, options: ListOptions, surroundings: Surroundings): Promise<void> {
  const templates = await findTemplates({ ...options, vmid }, surroundings);
  if (templates.length === 0)
    throw new CommandFailed('TEMPLATE_NOT_FOUND', `no template has the VMID ${vmid}`);
  if (options.json) return writeJson(surroundings.stdout, templates);
  const now = surroundings.clock.now();
  writeBlocks(
    surroundings,
    templates.flatMap((template) => tellTemplate(template, now)),
  );
}

const distributionDocument = `query ($vmid: Int!, $clusterId: String) {
  nodeDistribution(vmid: $vmid, clusterId: $clusterId) {
    templateVmid templateName clusterId clusterIp otherClusters
    nodes { node vmid name isOriginal lastVerifiedAt }
  }
}`;

const distributionSchema = z.object({
  nodeDistribution: z
    .object({
      templateVmid: z.int(),
      templateName: z.string(),
      clusterId: z.string().nullable(),
      clusterIp: z.string().nullable(),
      otherClusters: z.array(z.string()),
      nodes: z.array(
        templateSchema
          .pick({ node: true, vmid: true, name: true, lastVerifiedAt: true })
          .extend({ isOriginal: z.boolean() }),
      ),
    })
    .nullable(),
});

async function printNodes(vmid: number, options: ListOptions, surroundings: Surroundings): Promise<void> {
  const variables = { vmid, clusterId: options.cluster };
  const answer = await withApi(options, surroundings, async (api) => {
    const found = await api.ask(distributionDocument, variables, distributionSchema);
    if (!found.nodeDistribution) await checkPlace(api, options);
    return found;
  });
  const distribution = answer.nodeDistribution;
  if (!distribution) throw new CommandFailed('TEMPLATE_NOT_FOUND', `no original has the VMID ${vmid}`);
  if (options.json) return writeJson(surroundings.stdout, distribution);
  const where = distribution.clusterId ?? distribution.clusterIp ?? 'no cluster';
  const rows = distribution.nodes.map((one) => [
    one.node ?? 'unknown',
    one.vmid,
    one.name,
    one.isOriginal ? 'original' : 'replica',
    toMoment(one.lastVerifiedAt),
  ]);
  writeBlocks(surroundings, [
    `${distribution.templateName} (${vmid}) of ${where}`,
    makeTable(['node', 'vmid', 'name', 'role', 'seen'], rows),
  ]);
  const others = distribution.otherClusters.join(', ');
  if (others)
    writeLine(
      surroundings.stderr,
      `Other clusters have an original ${vmid} as well: ${others} (choose with --cluster)`,
    );
}
