import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import { builder, pageSize } from './builder.ts';
import { TemplateWhere } from './filters/template-where.ts';
import { TemplateOrder, translateOrder } from './filters/template-order.ts';
import { checkPage, costOfPage, countAll } from './paging.ts';
import { clusterArguments } from './reads/cluster-scope.ts';
import { whereNamed } from './reads/find-by-name.ts';
import { findNearest } from './reads/find-nearest.ts';
import { resolveTemplateWhere } from './reads/resolve-relations.ts';
import { TemplateRef } from './template.ts';
import { readRowId } from './row-id.ts';

/** Rows of one internal page: the REST lists have no pages. */
const internalPageSize = 1_000_000;

builder.queryFields((t) => ({
  template: t.prismaField({
    type: 'Template',
    nullable: true,
    args: {
      id: t.arg.globalID({ required: true, for: TemplateRef, description: 'Global id of the template.' }),
    },
    description: 'One template; null when there is none with that id.',
    resolve: (query, _parent, { id }, { prisma }) =>
      prisma.template.findUnique({ ...query, where: { id: readRowId(id.id) } }),
  }),
  templates: t.prismaConnection(
    {
      type: 'Template',
      cursor: 'id',
      defaultSize: (_args, { role }) => (role === 'INTERNAL' ? internalPageSize : pageSize.default),
      maxSize: (_args, { role }) => (role === 'INTERNAL' ? internalPageSize : pageSize.max),
      complexity: costOfPage,
      args: {
        where: t.arg({ type: TemplateWhere, description: 'What they have to be; all when absent.' }),
        orderBy: t.arg({
          type: [TemplateOrder],
          description: 'Their order; rows that tie, and all by default, by id.',
        }),
      },
      description: 'The templates, missing ones among them unless `where` says otherwise.',
      totalCount: async (_parent, { where }, { prisma, store }) =>
        prisma.template.count({ where: await resolveTemplateWhere(store, where) }),
      resolve: async (query, _parent, args, context) => {
        checkPage(args, context);
        return context.prisma.template.findMany({
          ...query,
          where: await resolveTemplateWhere(context.store, args.where),
          orderBy: translateOrder(args.orderBy),
        });
      },
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
    resolve: async (query, _parent, { name, ...cluster }, { prisma }) =>
      prisma.template.findMany({
        ...query,
        where: await whereNamed(prisma, name, cluster),
        orderBy: { id: 'asc' } satisfies Prisma.TemplateOrderByWithRelationInput,
      }),
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
    resolve: (_parent, args, { prisma }) => findNearest(prisma, args),
  }),
}));
