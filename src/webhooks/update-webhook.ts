import type { Webhook } from '../../prisma/generated/sqlite/client.ts';
import { checkCluster } from './check-cluster.ts';
import { deactivateWebhook } from './deactivate.ts';
import { joinKinds } from './kinds.ts';
import { awaitWrittenChanges, readCursors } from './cursors.ts';
import { createNotFound } from './webhook-error.ts';
import { checkWebhookInput, updateWebhookSchema, type UpdateWebhookInput } from './webhook-input.ts';
import type { WebhookTools } from './webhook-tools.ts';

/** Changes a webhook. What is queued already goes to its new URL, signed with its new secret. */
export async function updateWebhook(
  { store, clock }: WebhookTools,
  id: number,
  changes: UpdateWebhookInput,
): Promise<Webhook> {
  const { kinds, events, active, secret, ...others } = checkWebhookInput(updateWebhookSchema, changes);
  return store.transaction(async (database) => {
    await awaitWrittenChanges(database, store.provider);
    const webhook = await database.webhook.findUnique({ where: { id } });
    if (webhook === null) throw createNotFound(id);
    await checkCluster(database, others.clusterId);
    const starts = active === true && !webhook.active;
    if (active === false && webhook.active) await deactivateWebhook(database, id, new Date(clock.now()));
    return database.webhook.update({
      where: { id },
      data: {
        ...others,
        secret: secret && store.vault.seal(secret),
        active,
        kinds: kinds && joinKinds(kinds),
        events: events && joinKinds(events),
        ...(starts && (await readCursors(database))),
      },
    });
  });
}
