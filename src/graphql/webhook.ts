import * as stored from '../../prisma/generated/sqlite/enums.ts';
import type { RowRef } from '../store/sql/row-ref.ts';
import { all, sql, type Sql } from '../store/sql/sql.ts';
import { builder } from './builder.ts';
import { ChangeKind, HubEventKind, RunOutcome } from './enums.ts';
import { costOfPage, countAll } from './paging.ts';
import { readRowId } from './row-id.ts';
import type { PageArguments, PagedList } from './rows/page.ts';
import { resolvePage } from './rows/resolve-page.ts';
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

const HubEventRef = builder.prismaObject('HubEvent', {
  description: 'Something that happened to a cluster or a run. Kept for 30 days.',
  select: {},
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the event; they happen in its order.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was seen or done.' }),
    kind: t.expose('kind', { type: HubEventKind, description: 'What happened.' }),
    clusterId: t.exposeString('clusterId', {
      nullable: true,
      description: 'Id of the cluster in the clusters file.',
    }),
    runId: t.exposeInt('runId', { nullable: true, description: 'Number of the run that is over.' }),
    outcome: t.expose('outcome', {
      type: RunOutcome,
      nullable: true,
      description: 'How the run ended.',
    }),
    code: t.exposeString('code', { nullable: true, description: 'Why, as a word for programs.' }),
    message: t.exposeString('message', { nullable: true, description: 'Why, in words.' }),
  }),
});

export const WebhookDeliveryRef = builder.prismaNode('WebhookDelivery', {
  nullable: true,
  description: 'One change, or one event, on its way to one webhook. Kept for 30 days after its end.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'What the header `X-Template-Hub-Delivery` says.' }),
    changeId: t.exposeInt('changeId', {
      description: '`databaseId` of the `TemplateChange` it tells of; 0 when it tells of an event.',
    }),
    change: t.field({
      type: TemplateChangeRef,
      nullable: true,
      select: { changeId: true },
      description:
        'The change itself; null when it tells of an event, and once it is no longer in the store.',
      resolve: ({ changeId }, _args, { loaders }) => loaders.change.load(changeId),
    }),
    event: t.field({
      type: HubEventRef,
      nullable: true,
      select: { eventId: true },
      description:
        'The event that it tells of; null when that is a change, and once it is no longer in the store.',
      resolve: ({ eventId }, _args, { loaders }) => (eventId === 0 ? null : loaders.event.load(eventId)),
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
  readonly webhookId: number;
  readonly state?: State | null;
}

/** What a webhook was told and is to be told, the newest first. */
const deliveryList: PagedList<DeliveryArguments, { webhookId: number; state: State | null }> = {
  model: 'WebhookDelivery',
  orders: () => [{ column: 'id', direction: 'desc' }],
  read: ({ webhookId, state }) => ({ webhookId, state: state ?? null }),
  where: ({ webhookId, state }, row) =>
    all([sql`${row.column('webhookId')} = ${webhookId}`, ...(state ? [isInState(state, row)] : [])]),
};

function isInState(state: State, row: RowRef): Sql {
  const [delivered, failed] = [row.column('deliveredAt'), row.column('failedAt')];
  if (state === 'DELIVERED') return sql`${delivered} IS NOT NULL`;
  if (state === 'FAILED') return sql`(${delivered} IS NULL AND ${failed} IS NOT NULL)`;
  return sql`(${delivered} IS NULL AND ${failed} IS NULL)`;
}

export const WebhookRef = builder.prismaNode('Webhook', {
  nullable: true,
  description:
    'An address that is told of changes to templates, and of events, by signed POST requests. Its secret is never shown.',
  id: { field: 'id', description: 'Global id, for `node`.' },
  select: {},
  findUnique: (id) => ({ id: readRowId(id) }),
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Number of the webhook.' }),
    url: t.exposeString('url', { description: 'Where it is told.' }),
    kinds: t.field({
      type: [ChangeKind],
      select: { kinds: true },
      description: 'Kinds of changes that it is told of; with `events` empty as well, everything.',
      resolve: ({ kinds }) => splitList(kinds).filter(isKind),
    }),
    events: t.field({
      type: [HubEventKind],
      select: { events: true },
      description: 'Kinds of events that it is told of; with `kinds` empty as well, everything.',
      resolve: ({ events }) => splitList(events).filter(isEventKind),
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
    deliveries: t.connection(
      {
        type: WebhookDeliveryRef,
        select: { id: true },
        complexity: costOfPage,
        args: { state: t.arg({ type: WebhookDeliveryState, description: 'Only those that are this far.' }) },
        description: 'What it was told and is to be told, the newest first.',
        resolve: ({ id }, given, context, info) => {
          const args = { ...given, webhookId: id };
          return resolvePage(deliveryList, { args, context, info }, (rows) =>
            context.prisma.webhookDelivery.findMany(rows),
          );
        },
      },
      {
        name: 'WebhookDeliveryConnection',
        description: 'A page of deliveries.',
        fields: (c) => ({ totalCount: c.int(countAll) }),
      },
      { name: 'WebhookDeliveryEdge', description: 'One row of a page of deliveries.' },
    ),
  }),
});

function isKind(word: string): word is stored.ChangeKind {
  return Object.hasOwn(stored.ChangeKind, word);
}

function isEventKind(word: string): word is stored.HubEventKind {
  return Object.hasOwn(stored.HubEventKind, word);
}

builder.queryField('webhooks', (t) =>
  t.prismaField({
    type: ['Webhook'],
    authScopes: { hubAdmin: true },
    description: 'The webhooks in the order they were made.',
    resolve: (query, _parent, _args, { prisma }) =>
      prisma.webhook.findMany({ ...query, orderBy: { id: 'asc' } }),
  }),
);
