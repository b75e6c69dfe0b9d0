import { all } from '../store/sql/sql.ts';
import { builder } from './builder.ts';
import { belongsTo } from './fields/related.ts';
import { ChangeKind } from './enums.ts';
import { describeRoot } from './fields/root-read.ts';
import { checkValues } from './filters/check-filter.ts';
import { writeWords } from './filters/words.ts';
import { costOfPage, countAll } from './paging.ts';
import { readRowId } from './row-id.ts';
import { equalColumns } from './rows/equal-columns.ts';
import type { PageArguments, PagedList } from './rows/page.ts';
import { resolvePage } from './rows/resolve-page.ts';

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
      ...belongsTo('template'),
      nullable: true,
      description: 'The template; null once its row is gone.',
    }),
  }),
});

interface ChangeArguments extends PageArguments {
  readonly clusterId?: string | null;
  readonly vmid?: number | null;
  readonly kinds?: readonly (typeof ChangeKind.$inferType)[] | null;
  readonly since?: Date | null;
}

/** The changes, the newest first. */
const changeList: PagedList<ChangeArguments, Omit<ChangeArguments, keyof PageArguments>> = {
  model: 'TemplateChange',
  orders: () => [{ column: 'id', direction: 'desc' }],
  read: ({ clusterId, vmid, kinds, since }) => {
    checkValues({ kinds, since });
    return { clusterId, vmid, kinds, since };
  },
  where: ({ clusterId, vmid, kinds, since }, row) =>
    all([
      ...equalColumns({ clusterId, vmid }, row),
      ...writeWords({ in: kinds }, row, 'kind'),
      ...writeWords({ gte: since }, row, 'at'),
    ]),
};

builder.queryField('templateChanges', (t) =>
  t.connection(
    {
      type: TemplateChangeRef,
      complexity: costOfPage,
      args: {
        clusterId: t.arg.string({ description: 'Only those of the cluster with this id.' }),
        vmid: t.arg.int({ description: 'Only those of this VMID.' }),
        kinds: t.arg({ type: [ChangeKind], description: 'Only these kinds.' }),
        since: t.arg({ type: 'DateTime', description: 'Only those at this time or later.' }),
      },
      extensions: describeRoot({ kind: 'page', list: changeList }),
      description: 'What happened to templates, the newest first.',
      resolve: (_parent, args, context, info) =>
        resolvePage(changeList, { args, context, info }, (rows) =>
          context.prisma.templateChange.findMany(rows),
        ),
    },
    {
      name: 'TemplateChangeConnection',
      description: 'A page of changes.',
      fields: (c) => ({ totalCount: c.int(countAll) }),
    },
    { name: 'TemplateChangeEdge', description: 'One row of a page of changes.' },
  ),
);
