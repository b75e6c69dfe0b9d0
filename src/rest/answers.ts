import { z } from 'zod';

/** A time without a zone, with six digits of a second where they are not zero. */
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?$/)
  .describe(
    'UTC without a zone, 2024-01-15T10:30:00; a fraction has six digits and is left out when it is zero.',
  );

/** A time as GraphQL answers it, written as the contract wants it. */
const writtenTime = z.string().transform(writeTime).nullable();

/** A template as a row of a list. */
export const templateRow = z.object({
  id: z.int().describe('Number of the row.'),
  name: z.string(),
  proxmox_vmid: z.int().describe('Its VMID.'),
  cluster_ip: z.string().nullable().describe('Address of its cluster.'),
  node: z.string().nullable().describe('Name of the node it is on.'),
  is_replica: z.boolean(),
  source_vmid: z.int().nullable().describe('VMID of the original it was made from.'),
  source_node: z.string().nullable().describe('Node of that original.'),
  is_class_template: z.boolean(),
  class_id: z.int().nullable().describe('Number of the class it belongs to.'),
  last_verified_at: time.nullable().describe('When a scan last saw it.'),
});

/** The answer of /api/templates/nodes. */
export const nodesAnswer = z.object({
  template_vmid: z.int(),
  template_name: z.string(),
  cluster_ip: z.string().nullable(),
  nodes: z.record(
    z.string(),
    z.object({
      vmid: z.int(),
      name: z.string(),
      is_original: z.boolean(),
      last_verified_at: time.nullable(),
    }),
  ),
});

/** The answer of /api/templates/stats. */
export const statsAnswer = z.object({
  total_templates: z.int(),
  original_templates: z.int(),
  replica_templates: z.int(),
  class_templates: z.int(),
  templates_by_node: z.record(z.string(), z.int()),
});

/** The answer to a request that can not be served. */
export const errorAnswer = z.object({ error: z.string() });

/** Name under which rows without a node are counted. */
const unknownNode = 'unknown';

/** What the nodes document answers. */
export const nodesResult = z.object({
  data: z.object({
    nodeDistribution: z
      .object({
        templateVmid: z.int(),
        templateName: z.string(),
        clusterIp: z.string().nullable(),
        otherClusters: z.array(z.string()),
        nodes: z.array(
          z.object({
            node: z.string().nullable(),
            vmid: z.int(),
            name: z.string(),
            isOriginal: z.boolean(),
            lastVerifiedAt: writtenTime,
          }),
        ),
      })
      .nullable(),
  }),
});

/** An original and its replicas, as the nodes document answers them. */
export type FoundDistribution = NonNullable<z.output<typeof nodesResult>['data']['nodeDistribution']>;

/** What the stats document answers, as the contract wants it. */
export const statsResult = z
  .object({
    data: z.object({
      stats: z.looseObject({
        templatesByNode: z.array(z.object({ node: z.string().nullable(), count: z.int() })),
      }),
    }),
  })
  .transform(({ data: { stats } }) => {
    const { templatesByNode, ...counts } = stats;
    return { ...counts, templates_by_node: addUpByNode(templatesByNode) };
  });

/** The counts where there is nothing to count. */
export const noStats: z.output<typeof statsAnswer> = {
  total_templates: 0,
  original_templates: 0,
  replica_templates: 0,
  class_templates: 0,
  templates_by_node: {},
};

/** Writes the map of nodes. On one node the original goes before a replica, and a lower id before a higher. */
export function writeNodes({ nodes, ...distribution }: FoundDistribution): z.input<typeof nodesAnswer> {
  const first = new Map<string, z.input<typeof nodesAnswer>['nodes'][string]>();
  for (const { node, vmid, name, isOriginal, lastVerifiedAt } of nodes) {
    const key = node ?? unknownNode;
    if (!first.has(key))
      first.set(key, { vmid, name, is_original: isOriginal, last_verified_at: lastVerifiedAt });
  }
  return {
    template_vmid: distribution.templateVmid,
    template_name: distribution.templateName,
    cluster_ip: distribution.clusterIp,
    nodes: Object.fromEntries(first),
  };
}

function addUpByNode(counts: readonly { node: string | null; count: number }[]): Record<string, number> {
  const byNode = new Map<string, number>();
  for (const { node, count } of counts) {
    const key = node ?? unknownNode;
    byNode.set(key, (byNode.get(key) ?? 0) + count);
  }
  return Object.fromEntries(byNode);
}

/** Writes a time of GraphQL as the predecessor did: UTC, no zone, six digits of a second where they are not zero. */
export function writeTime(at: string): string {
  const [seconds, fraction] = at.slice(0, -1).split('.');
  return fraction === '000' ? `${seconds}` : `${seconds}.${fraction}000`;
}
