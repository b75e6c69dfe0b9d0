import { builder, pageSize } from './builder.ts';
import { ChangeKind } from './enums.ts';
import { checkPage, costOfPage, countAll } from './paging.ts';
import { readRowId } from './row-id.ts';

export const TemplateChangeRef = builder.prismaNode('TemplateChange', {
  nullable: true,
  description: 'One thing that happened to a template.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the change; they happen in its order.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was seen or done.' }),
    kind: t.expose('kind', { type: ChangeKind, description: 'What happened.' }),
    clusterId: t.exposeString('clusterId', {
      nullable: true,
      description: 'Id of the cluster in the clusters file.',
    }),
    vmid: t.exposeInt('vmid', { description: 'VMID of the template.' }),
    name: t.exposeString('name', { description: 'Name of the template after it.' }),
    node: t.exposeString('node', { nullable: true, description: 'Node of the template after it.' }),
    fromNode: t.exposeString('fromNode', { nullable: true, description: 'Node before, of one that moved.' }),
    detail: t.exposeString('detail', { nullable: true, description: 'More about it, in words.' }),
    runId: t.exposeInt('runId', { nullable: true, description: 'Number of the run that did it.' }),
    template: t.relation('template', {
      nullable: true,
      description: 'The template; null once its row is gone.',
    }),
  }),
});

builder.queryField('templateChanges', (t) =>
  t.prismaConnection(
    {
      type: 'TemplateChange',
      cursor: 'id',
      defaultSize: pageSize.default,
      maxSize: pageSize.max,
      complexity: costOfPage,
      args: {
        clusterId: t.arg.string({ description: 'Only those of the cluster with this id.' }),
        vmid: t.arg.int({ description: 'Only those of this VMID.' }),
        kinds: t.arg({ type: [ChangeKind], description: 'Only these kinds.' }),
        since: t.arg({ type: 'DateTime', description: 'Only those at this time or later.' }),
      },
      description: 'What happened to templates, the newest first.',
      totalCount: (_parent, args, { prisma }) => prisma.templateChange.count({ where: readWhere(args) }),
      resolve: (query, _parent, args, context) => {
        checkPage(args, context);
        return context.prisma.templateChange.findMany({
          ...query,
          where: readWhere(args),
          orderBy: { id: 'desc' },
        });
      },
    },
    {
      name: 'TemplateChangeConnection',
      description: 'A page of changes.',
      fields: (c) => ({ totalCount: c.int(countAll) }),
    },
    { name: 'TemplateChangeEdge', description: 'One row of a page of changes.' },
  ),
);

interface ChangeArguments {
  readonly clusterId?: string | null;
  readonly vmid?: number | null;
  readonly kinds?: readonly (typeof ChangeKind.$inferType)[] | null;
  readonly since?: Date | null;
}

function readWhere({ clusterId, vmid, kinds, since }: ChangeArguments) {
  return {
    clusterId: clusterId ?? undefined,
    vmid: vmid ?? undefined,
    kind: kinds ? { in: [...kinds] } : undefined,
    at: since ? { gte: since } : undefined,
  };
}
