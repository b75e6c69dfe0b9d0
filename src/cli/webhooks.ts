import { z } from 'zod';
import type { HubApi } from './api/hub-api.ts';
import type { Block } from './output.ts';
import { paint } from './output/line.ts';
import { makeTable, toMoment, type Cell } from './output/table.ts';
import { count, showState, toWords } from './words.ts';

/** The fields of `webhookSchema` in a document of the API. */
export const webhookFields = 'databaseId url kinds events clusterId active createdAt';

/** A webhook as commands print it with `--json`; its secret is never shown. */
export const webhookSchema = z.object({
  databaseId: z.int(),
  url: z.string(),
  kinds: z.array(z.string()),
  events: z.array(z.string()),
  clusterId: z.string().nullable(),
  active: z.boolean(),
  createdAt: z.string(),
});

const deliverySchema = z.object({
  databaseId: z.int(),
  state: z.string(),
  attempts: z.int(),
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.string(),
  change: z.object({ kind: z.string(), name: z.string().nullable(), node: z.string().nullable() }).nullable(),
  event: z
    .object({ kind: z.string(), clusterId: z.string().nullable(), runId: z.int().nullable() })
    .nullable(),
});

const wholeSchema = webhookSchema.extend({ deliveries: z.object({ nodes: z.array(deliverySchema) }) });

export type WebhookShown = z.output<typeof webhookSchema>;
export type WholeWebhookShown = z.output<typeof wholeSchema>;

/** All webhooks. */
export async function listWebhooks(api: HubApi): Promise<WebhookShown[]> {
  const schema = z.object({ webhooks: z.array(webhookSchema) });
  return (await api.ask(`query { webhooks { ${webhookFields} } }`, {}, schema)).webhooks;
}

const wholeDocument = `query ($first: Int!) { webhooks { ${webhookFields}
  deliveries(first: $first) { nodes {
    databaseId state attempts lastStatus lastError createdAt change { kind name node } event { kind clusterId runId }
  } }
} }`;

/** One webhook with its latest deliveries; undefined where there is none of this number. */
export async function findWebhook(
  api: HubApi,
  webhookId: number,
  first: number,
): Promise<WholeWebhookShown | undefined> {
  const { webhooks } = await api.ask(wholeDocument, { first }, z.object({ webhooks: z.array(wholeSchema) }));
  return webhooks.find(({ databaseId }) => databaseId === webhookId);
}

/** Webhooks for people. */
export function describeWebhooks(webhooks: readonly WebhookShown[]): Block[] {
  if (webhooks.length === 0) return [];
  return [
    makeTable(
      ['webhook', 'url', 'told of', 'cluster', 'state', 'made'],
      webhooks.map((one) => [
        one.databaseId,
        one.url,
        [...one.kinds, ...one.events].map(toWords).join(', ') || 'all',
        one.clusterId ?? 'all',
        one.active ? paint('green', 'on') : paint('yellow', 'off'),
        toMoment(one.createdAt),
      ]),
    ),
    count(webhooks.length, 'webhook'),
  ];
}

/** A webhook with what it was told. */
export function tellWebhook(one: WholeWebhookShown): Block[] {
  const deliveries = one.deliveries.nodes;
  return [
    ...describeWebhooks([one]).slice(0, 1),
    '',
    makeTable(
      ['delivery', 'told', 'of', 'state', 'tries', 'status', 'error', 'queued'],
      deliveries.map((delivery) => [
        delivery.databaseId,
        ...describeTold(delivery),
        showState(delivery.state),
        delivery.attempts,
        delivery.lastStatus,
        delivery.lastError,
        toMoment(delivery.createdAt),
      ]),
    ),
    deliveries.length === 0 ? 'Nothing was told yet.' : count(deliveries.length, 'delivery', 'deliveries'),
  ];
}

/** What was told, and of which template, run or cluster. */
function describeTold({ change, event }: z.output<typeof deliverySchema>): [Cell, Cell] {
  if (change) return [toWords(change.kind), change.name];
  if (!event) return [null, null];
  return [toWords(event.kind), event.runId === null ? event.clusterId : `run ${event.runId}`];
}
