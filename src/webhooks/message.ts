import type { HubEvent, TemplateChange } from '../../prisma/generated/sqlite/client.ts';

/** What a webhook is told. */
export interface WebhookMessage {
  /** `X-Template-Hub-Delivery`: the same for every try of a delivery. */
  readonly id: string;
  /** `X-Template-Hub-Event`: kind of the change or of the event, or TEST. */
  readonly event: string;
  /** JSON, the same for every try. */
  readonly body: string;
}

/** The message of a delivery. Only what never changes again is in it, so that each try says the same. */
export function composeMessage(
  delivery: { readonly id: number; readonly webhookId: number },
  change: TemplateChange,
): WebhookMessage {
  const { id: databaseId, at, kind, clusterId, vmid, name, node, fromNode, runId, detail } = change;
  const told = {
    databaseId,
    at: at.toISOString(),
    kind,
    clusterId,
    vmid,
    name,
    node,
    fromNode,
    runId,
    detail,
  };
  return compose({ id: String(delivery.id), webhookId: delivery.webhookId, event: kind, change: told });
}

/** The message of a delivery that tells of an event. */
export function composeEvent(
  delivery: { readonly id: number; readonly webhookId: number },
  { id: databaseId, at, kind, clusterId, runId, outcome, code, message }: HubEvent,
): WebhookMessage {
  const happened = {
    databaseId,
    at: at.toISOString(),
    kind,
    clusterId,
    runId,
    outcome,
    code,
    message,
  };
  return compose({
    id: String(delivery.id),
    webhookId: delivery.webhookId,
    event: kind,
    change: null,
    happened,
  });
}

/** A message that tells of nothing, to see whether a receiver answers. */
export function composeTest(webhookId: number, now: number): WebhookMessage {
  return compose({ id: `test-${webhookId}-${now}`, webhookId, event: 'TEST', change: null });
}

interface Parts {
  readonly id: string;
  readonly webhookId: number;
  readonly event: string;
  readonly change: object | null;
  /** Of events alone: messages about changes stay what they were. */
  readonly happened?: object;
}

function compose({ id, webhookId: webhook, event, change, happened }: Parts): WebhookMessage {
  return { id, event, body: JSON.stringify({ delivery: id, webhook, event, change, happened }) };
}
