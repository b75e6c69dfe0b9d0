import type { Prisma } from '../../prisma/generated/sqlite/client.ts';
import * as stored from '../../prisma/generated/sqlite/enums.ts';
import { builder, pageSize } from './builder.ts';
import { ChangeKind } from './enums.ts';
import { checkPage, costOfPage, countAll, type PageArguments } from './paging.ts';
import { readRowId } from './row-id.ts';
import { splitList } from './split-list.ts';
import { TemplateChangeRef } from './template-change.ts';

export const WebhookDeliveryState = builder.enumType('WebhookDeliveryState', {
  description: 'How far a delivery is.',
  values: {
    PENDING: { description: 'It is sent as soon as it may be.' },
    DELIVERED: { description: 'The receiver took it.' },
    FAILED: { description: 'It was given up.' },
  } as const,
});

type State = typeof WebhookDeliveryState.$inferType;

const stateFilters: Record<State, Prisma.WebhookDeliveryWhereInput> = {
  PENDING: { deliveredAt: null, failedAt: null },
  DELIVERED: { deliveredAt: { not: null } },
  FAILED: { failedAt: { not: null } },
};

export const WebhookDeliveryRef = builder.prismaNode('WebhookDelivery', {
  nullable: true,
  description: 'One change on its way to one webhook. Kept for 30 days after its end.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'What the header `X-Template-Hub-Delivery` says.' }),
    changeId: t.exposeInt('changeId', { description: '`databaseId` of the `TemplateChange` it tells of.' }),
    change: t.field({
      type: TemplateChangeRef,
      nullable: true,
      select: { changeId: true },
      description: 'The change itself; null once it is no longer in the store.',
      resolve: ({ changeId }, _args, { loaders }) => loaders.change.load(changeId),
    }),
    state: t.field({
      type: WebhookDeliveryState,
      select: { deliveredAt: true, failedAt: true },
      description: 'How far it is.',
      resolve: (delivery) => readState(delivery),
    }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried.' }),
    notBefore: t.expose('notBefore', {
      type: 'DateTime',
      nullable: true,
      description: 'It is not tried again before; null when it may be at once, or is over.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the receiver took it.',
    }),
    failedAt: t.expose('failedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was given up.',
    }),
    lastStatus: t.exposeInt('lastStatus', {
      nullable: true,
      description: 'HTTP status of the last answer; null when the last try got none.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Why the last try was no success, in words.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was queued.' }),
  }),
});

function readState(delivery: { readonly deliveredAt: Date | null; readonly failedAt: Date | null }): State {
  if (delivery.deliveredAt) return 'DELIVERED';
  return delivery.failedAt ? 'FAILED' : 'PENDING';
}

interface DeliveryArguments extends PageArguments {
  readonly state?: State | null;
}

export const WebhookRef = builder.prismaNode('Webhook', {
  nullable: true,
  description:
    'An address that is told of changes to templates by signed POST requests. Its secret is never shown.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the webhook.' }),
    url: t.exposeString('url', { description: 'Where it is told.' }),
    kinds: t.field({
      type: [ChangeKind],
      select: { kinds: true },
      description: 'Kinds of changes that it is told of; empty for all.',
      resolve: ({ kinds }) => splitList(kinds).filter(isKind),
    }),
    clusterId: t.exposeString('clusterId', {
      nullable: true,
      description: 'Id of the only cluster that it is told of; null for all.',
    }),
    active: t.exposeBoolean('active', {
      description: 'False when it was switched off, or the receiver answered 410.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    deliveries: t.relatedConnection(
      'deliveries',
      {
        cursor: 'id',
        defaultSize: pageSize.default,
        maxSize: pageSize.max,
        complexity: costOfPage,
        args: { state: t.arg({ type: WebhookDeliveryState, description: 'Only those that are this far.' }) },
        description: 'What it was told and is to be told, the newest first.',
        totalCount: true,
        query: (args: DeliveryArguments, context) => {
          checkPage(args, context);
          const { state } = args;
          return { where: state ? stateFilters[state] : {}, orderBy: { id: 'desc' } };
        },
      },
      {
        name: 'WebhookDeliveryConnection',
        description: 'A page of deliveries.',
        fields: (c) => ({
          // Of a relation the plugin counts by itself.
          totalCount: c.int({
            ...countAll,
            resolve: ({ totalCount }: { totalCount?: unknown }) => Number(totalCount ?? 0),
          }),
        }),
      },
      { name: 'WebhookDeliveryEdge', description: 'One row of a page of deliveries.' },
    ),
  }),
});

function isKind(word: string): word is stored.ChangeKind {
  return Object.hasOwn(stored.ChangeKind, word);
}

builder.queryField('webhooks', (t) =>
  t.prismaField({
    type: ['Webhook'],
    description: 'The webhooks in the order they were made.',
    resolve: (query, _parent, _args, { prisma }) =>
      prisma.webhook.findMany({ ...query, orderBy: { id: 'asc' } }),
  }),
);
