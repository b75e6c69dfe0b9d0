import { all } from '../store/sql/sql.ts';
import { builder } from './builder.ts';
import { belongsTo, related } from './fields/related.ts';
import { RunKind, RunOutcome, RunStatus, RunTrigger } from './enums.ts';
import { costOfPage, countAll } from './paging.ts';
import { oneByNumber } from './fields/one-by-number.ts';
import { resolveOne } from './fields/resolve-rows.ts';
import { describeRoot } from './fields/root-read.ts';
import { readRowId } from './row-id.ts';
import { numberKeys } from './rows/load-rows.ts';
import { equalColumns } from './rows/equal-columns.ts';
import type { PageArguments, PagedList } from './rows/page.ts';
import { resolvePage } from './rows/resolve-page.ts';

export const ReplicationRunRef = builder.prismaNode('ReplicationRun', {
  nullable: true,
  description: 'One pass of replication, or of an operation on a class, over a cluster.',
  id: { field: 'id', description: 'Global id, for `node` and `replicationRun`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the run.' }),
    kind: t.expose('kind', { type: RunKind, description: 'What it is for.' }),
    trigger: t.expose('trigger', { type: RunTrigger, description: 'What started it.' }),
    status: t.expose('status', { type: RunStatus, description: 'How far it is.' }),
    outcome: t.expose('outcome', {
      type: RunOutcome,
      nullable: true,
      description: 'How it ended; null until then.',
    }),
    clusterId: t.exposeString('clusterId', { description: 'Id of its cluster in the clusters file.' }),
    stepsTotal: t.exposeInt('stepsTotal', { description: 'Steps that it has.' }),
    stepsDone: t.exposeInt('stepsDone', { description: 'Steps that are done.' }),
    stepsFailed: t.exposeInt('stepsFailed', { description: 'Steps that failed for good.' }),
    errorCode: t.exposeString('errorCode', {
      nullable: true,
      description: 'Why it failed, as a word for programs.',
    }),
    errorMessage: t.exposeString('errorMessage', { nullable: true, description: 'Why it failed, in words.' }),
    cancelRequestedAt: t.expose('cancelRequestedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When somebody asked to cancel it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it began.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    cluster: t.relation('cluster', { ...belongsTo('cluster'), description: 'Where it works.' }),
    class: t.relation('class', {
      ...belongsTo('class'),
      nullable: true,
      description: 'The class it works for.',
    }),
    steps: t.relation('steps', {
      ...related('steps', { orderBy: { id: 'asc' } }),
      description: 'What it does, one guest each.',
    }),
  }),
});

interface RunArguments extends PageArguments {
  readonly clusterId?: string | null;
  readonly status?: typeof RunStatus.$inferType | null;
  readonly kind?: typeof RunKind.$inferType | null;
}

const runByNumber = oneByNumber('ReplicationRun', 'run');

/** The runs, the newest first. */
const runList: PagedList<RunArguments, Pick<RunArguments, 'clusterId' | 'status' | 'kind'>> = {
  model: 'ReplicationRun',
  orders: () => [{ column: 'id', direction: 'desc' }],
  read: ({ clusterId, status, kind }) => ({ clusterId, status, kind }),
  where: (values, row) => all(equalColumns(values, row)),
};

builder.queryFields((t) => ({
  replicationRun: t.prismaField({
    type: 'ReplicationRun',
    nullable: true,
    args: {
      id: t.arg.id({ description: 'Global id of the run, or its number.' }),
      databaseId: t.arg.int({ description: 'Number of the run, when there is no id.' }),
    },
    extensions: describeRoot(runByNumber),
    description: 'One run, by its id or its number; null when there is none.',
    resolve: (query, _parent, args, { prisma, store }) =>
      resolveOne(runByNumber, { args, store, keys: numberKeys }, (rows) =>
        prisma.replicationRun.findMany({ ...query, ...rows }),
      ),
  }),
  replicationRuns: t.connection(
    {
      type: ReplicationRunRef,
      complexity: costOfPage,
      args: {
        clusterId: t.arg.string({ description: 'Only those of the cluster with this id.' }),
        status: t.arg({ type: RunStatus, description: 'Only those that are this far.' }),
        kind: t.arg({ type: RunKind, description: 'Only those for this purpose.' }),
      },
      extensions: describeRoot({ kind: 'page', list: runList }),
      description: 'The runs, the newest first.',
      resolve: (_parent, args, context, info) =>
        resolvePage(runList, { args, context, info }, (rows) => context.prisma.replicationRun.findMany(rows)),
    },
    {
      name: 'ReplicationRunConnection',
      description: 'A page of runs.',
      fields: (c) => ({ totalCount: c.int(countAll) }),
    },
    { name: 'ReplicationRunEdge', description: 'One row of a page of runs.' },
  ),
}));
