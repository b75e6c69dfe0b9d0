import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { resolveArranged } from './fields/resolve-arranged.ts';
import { resolveList, resolveOne } from './fields/resolve-rows.ts';
import { describeRoot } from './fields/root-read.ts';
import { checkFilter } from './filters/check-filter.ts';
import { writeWhere, type Where } from './filters/describe-filter.ts';
import { readOrder, TemplateOrder } from './filters/template-order.ts';
import { templateFilter, TemplateWhere } from './filters/template-where.ts';
import { costOfPage, countAll } from './paging.ts';
import { clusterArguments } from './reads/cluster-scope.ts';
import { namedTemplates } from './reads/find-by-name.ts';
import { oneTemplate } from './reads/find-template.ts';
import { requireCluster, requireNode } from './reads/require-names.ts';
import { nearest } from './reads/find-nearest.ts';
import { numberKeys } from './rows/load-rows.ts';
import type { PageArguments, PagedList } from './rows/page.ts';
import { resolvePage } from './rows/resolve-page.ts';
import { TemplateRef } from './template.ts';

interface ListArguments extends PageArguments {
  readonly where?: Where | null;
  readonly orderBy?: readonly (typeof TemplateOrder.$inferInput)[] | null;
}

/** The templates that a filter finds, in the order that is asked for. */
const templateList: PagedList<ListArguments, { where: Where }> = {
  model: 'Template',
  orders: ({ orderBy }) => readOrder(orderBy),
  read: ({ where }) => {
    if (where) checkFilter(where, templateFilter);
    return { where: where ?? {} };
  },
  where: ({ where }, row) => writeWhere(where, row, templateFilter),
};

builder.queryFields((t) => ({
  template: t.prismaField({
    type: 'Template',
    nullable: true,
    args: {
      id: t.arg.id({ description: 'Global id of the template, or its database id.' }),
      databaseId: t.arg.int({ description: 'Number of its row, when there is no id.' }),
      clusterId: t.arg.string({
        description: 'Id of its cluster in the clusters file, together with its VMID.',
      }),
      vmid: t.arg.int({ description: 'Its VMID in that cluster.' }),
    },
    description: 'One template, by its id, its number, or its VMID in a cluster; null when there is none.',
    extensions: describeRoot(oneTemplate),
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveOne(oneTemplate, { args, store, keys: numberKeys }, (rows) =>
        prisma.template.findMany({ ...query, ...rows }),
      ),
  }),
  templates: t.connection(
    {
      type: TemplateRef,
      complexity: costOfPage,
      // What `where` may ask of them.
      args: {
        where: t.arg({ type: TemplateWhere, description: 'What they have to be; all when absent.' }),
        orderBy: t.arg({
          type: [TemplateOrder],
          description: 'Their order; rows that tie, and all by default, by id.',
        }),
      },
      extensions: {
        ...alsoReads('Cluster', 'Class', 'Node'),
        ...describeRoot({ kind: 'page', list: templateList }),
      },
      description: 'The templates, missing ones among them unless `where` says otherwise.',
      resolve: (_parent, args, context, info) =>
        resolvePage(templateList, { args, context, info }, (rows) => context.prisma.template.findMany(rows)),
    },
    {
      name: 'TemplateConnection',
      description: 'A page of templates.',
      fields: (c) => ({ totalCount: c.int(countAll) }),
    },
    { name: 'TemplateEdge', description: 'One row of a page of templates.' },
  ),
  templatesByName: t.prismaField({
    type: ['Template'],
    args: {
      name: t.arg.string({ required: true, description: 'The exact name; upper and lower case differ.' }),
      ...clusterArguments,
    },
    complexity: { field: 1, multiplier: 20 },
    description:
      'Every instance of a template: the rows of that name, and the replicas of the originals of that name.',
    extensions: describeRoot(namedTemplates),
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveList(namedTemplates, { args, store, keys: numberKeys }, (rows) =>
        prisma.template.findMany({ ...query, ...rows }),
      ),
  }),
  nearestTemplate: t.field({
    type: TemplateRef,
    nullable: true,
    args: {
      vmid: t.arg.int({ required: true, description: 'VMID of the original.' }),
      node: t.arg.string({ required: true, description: 'Name of the node where the clone is to be.' }),
      ...clusterArguments,
    },
    description:
      'The original or replica that a clone on that node is best made of; null when there is none.',
    extensions: { ...alsoReads('Node', 'Cluster'), ...describeRoot(nearest) },
    resolve: async (_parent, args, { prisma, store }) => {
      await requireCluster(prisma, args);
      const found = await resolveArranged(nearest, args, store);
      if (found) await requireNode(prisma, { clusterId: found.clusterId, name: args.node });
      return found;
    },
  }),
}));
