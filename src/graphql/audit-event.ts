import * as stored from '../../prisma/generated/sqlite/enums.ts';
import { all } from '../store/sql/sql.ts';
import { AccessRole } from './api-token.ts';
import { builder } from './builder.ts';
import { writeWords } from './filters/words.ts';
import { costOfPage, countAll } from './paging.ts';
import { readRowId } from './row-id.ts';
import { equalColumns } from './rows/equal-columns.ts';
import type { PageArguments, PagedList } from './rows/page.ts';
import { resolvePage } from './rows/resolve-page.ts';

export const AuditOutcome = builder.enumType(stored.AuditOutcome, {
  name: 'AuditOutcome',
  description: 'What came of something that somebody asked for.',
  values: {
    BEGUN: { description: 'It began; where this stays, the process ended before it did.' },
    DONE: { description: 'It was done.' },
    REFUSED: { description: 'It was refused to this caller: no valid token, or not their role.' },
    FAILED: { description: 'It could not be done as it was asked.' },
  },
});

export const AuditEventRef = builder.prismaNode('AuditEvent', {
  nullable: true,
  description: 'Something that somebody did, or was refused.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the row.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was asked for.' }),
    who: t.exposeString('who', { description: 'Whoever asked: the name of a token, for example.' }),
    tokenId: t.exposeInt('tokenId', { nullable: true, description: 'Number of the token they had.' }),
    role: t.expose('role', { type: AccessRole, nullable: true, description: 'The role they had.' }),
    origin: t.exposeString('origin', {
      nullable: true,
      description: 'Address that the request came from; null for a command on the store.',
    }),
    what: t.exposeString('what', {
      description: 'A mutation, a query that was refused, or method and path of a request.',
    }),
    input: t.exposeString('input', {
      nullable: true,
      description: 'Input of a mutation as JSON, secrets left out.',
    }),
    outcome: t.expose('outcome', { type: AuditOutcome, description: 'What came of it.' }),
    code: t.exposeString('code', {
      nullable: true,
      description: 'Why it was not done, as a word for programs.',
    }),
    runId: t.exposeInt('runId', { nullable: true, description: 'Number of the run that does it.' }),
    count: t.exposeInt('count', {
      description: 'How often the same was refused to the same address within a minute.',
    }),
  }),
});

interface AuditArguments extends PageArguments {
  readonly who?: string | null;
  readonly what?: string | null;
  readonly outcome?: stored.AuditOutcome | null;
  readonly since?: Date | null;
}

/** Who did what, the newest first. */
const auditList: PagedList<AuditArguments, Omit<AuditArguments, keyof PageArguments>> = {
  model: 'AuditEvent',
  orders: () => [{ column: 'id', direction: 'desc' }],
  read: ({ who, what, outcome, since }) => ({ who, what, outcome, since }),
  where: ({ since, ...equal }, row) =>
    all([...equalColumns(equal, row), ...writeWords({ gte: since }, row, 'at')]),
};

builder.queryField('auditEvents', (t) =>
  t.connection(
    {
      type: AuditEventRef,
      authScopes: { hubAdmin: true },
      complexity: costOfPage,
      args: {
        who: t.arg.string({ description: 'Only those of this name.' }),
        what: t.arg.string({ description: 'Only this, such as `replicate`.' }),
        outcome: t.arg({ type: AuditOutcome, description: 'Only those that ended so.' }),
        since: t.arg({ type: 'DateTime', description: 'Only those at this time or later.' }),
      },
      description: 'Who did what, or was refused it, the newest first.',
      resolve: (_parent, args, context, info) =>
        resolvePage(auditList, { args, context, info }, (rows) => context.prisma.auditEvent.findMany(rows)),
    },
    {
      name: 'AuditEventConnection',
      description: 'A page of what was done.',
      fields: (c) => ({ totalCount: c.int(countAll) }),
    },
    { name: 'AuditEventEdge', description: 'One row of a page of what was done.' },
  ),
);
