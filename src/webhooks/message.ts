import type { TemplateChange } from '../../prisma/generated/sqlite/client.ts';

/** What a webhook is told. */
export interface WebhookMessage {
  /** `X-Template-Hub-Delivery`: the same for every try of a delivery. */
  readonly id: string;
  /** `X-Template-Hub-Event`: kind of the change, or TEST. */
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
  return compose(String(delivery.id), delivery.webhookId, kind, {
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
  });
}

/** A message that tells of nothing, to see whether a receiver answers. */
export function composeTest(webhookId: number, now: number): WebhookMessage {
  return compose(`test-${webhookId}-${now}`, webhookId, 'TEST', null);
}

function compose(id: string, webhookId: number, event: string, change: object | null): WebhookMessage {
  return { id, event, body: JSON.stringify({ delivery: id, webhook: webhookId, event, change }) };
}
