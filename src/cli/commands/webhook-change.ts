import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { withApi, type ApiOptions } from '../api/open-api.ts';
import { CommandFailed, UsageError } from '../cli-error.ts';
import { readTextFile } from '../../config/read-text-file.ts';
import { requireSecrets } from '../../config/secret-sources.ts';
import { writeBlocks, writeJson } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { describeWebhooks, webhookFields, webhookSchema, type WebhookShown } from '../webhooks.ts';

/** Options of the commands about webhooks. */
export interface WebhookOptions extends ApiOptions {
  readonly kind?: readonly string[];
  readonly event?: readonly string[];
  readonly cluster?: string;
  readonly secretFile?: string;
  readonly url?: string;
  readonly allKinds?: boolean;
  readonly allClusters?: boolean;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly limit?: number;
}

/** Bytes of a file that holds a secret. */
const largestSecret = 10_000;

const payloadSchema = z.object({
  payload: z.object({ webhook: webhookSchema.nullable(), userErrors: userErrorsSchema }),
});

/** Makes a webhook, with a secret that is given or made up. */
export async function createWebhook(
  url: string,
  options: WebhookOptions,
  surroundings: Surroundings,
): Promise<void> {
  const given = readSecret(options, surroundings);
  const secret = given ?? randomBytes(24).toString('base64url');
  const input = { url, secret, kinds: options.kind, events: options.event, clusterId: options.cluster };
  const made = await change('createWebhook', 'CreateWebhookInput', { input, options, surroundings });
  if (options.json)
    return writeJson(surroundings.stdout, { ...made, ...(given === undefined && { secret }) });
  writeBlocks(surroundings, [
    ...describeWebhooks(made ? [made] : []).slice(0, 1),
    ...(given === undefined ? [`Its secret, shown this once: ${secret}`] : []),
    `Try it: hub webhook test ${made?.databaseId ?? ''}`,
  ]);
}

/** Changes what is given of a webhook. */
export async function updateWebhook(
  webhookId: number,
  options: WebhookOptions,
  surroundings: Surroundings,
): Promise<void> {
  if (options.on && options.off) throw new UsageError('It is either --on or --off.');
  const changes = {
    url: options.url,
    secret: readSecret(options, surroundings),
    kinds: options.allKinds ? [] : options.kind,
    events: options.allKinds ? [] : options.event,
    clusterId: options.allClusters ? null : options.cluster,
    active: options.on ? true : options.off ? false : undefined,
  };
  if (Object.values(changes).every((value) => value === undefined))
    throw new UsageError(
      'Say what is to change: --url, --kind, --event, --cluster, --secret-file, --on or --off.',
    );
  const input = { id: String(webhookId), ...changes };
  const changed = await change('updateWebhook', 'UpdateWebhookInput', { input, options, surroundings });
  if (options.json) writeJson(surroundings.stdout, changed);
  else writeBlocks(surroundings, describeWebhooks(changed ? [changed] : []).slice(0, 1));
}

interface Change {
  readonly input: Readonly<Record<string, unknown>>;
  readonly options: ApiOptions;
  readonly surroundings: Surroundings;
}

async function change(
  mutation: string,
  inputType: string,
  { input, options, surroundings }: Change,
): Promise<WebhookShown | null> {
  const document = `mutation ($input: ${inputType}!) { payload: ${mutation}(input: $input) { webhook { ${webhookFields} } userErrors { code message } } }`;
  const { payload } = await withApi(options, surroundings, (api) =>
    api.ask(document, { input }, payloadSchema),
  );
  refuseUserErrors(payload.userErrors);
  return payload.webhook;
}

/** The secret is no argument: those are seen by every user of the machine. */
function readSecret({ secretFile }: WebhookOptions, surroundings: Surroundings): string | undefined {
  if (secretFile !== undefined)
    return readTextFile(resolve(surroundings.folder, secretFile), largestSecret).trim();
  return requireSecrets(surroundings)['WEBHOOK_SECRET']?.trim() || undefined;
}

const testDocument = `mutation ($input: TestWebhookInput!) {
  testWebhook(input: $input) { test { delivered status error } userErrors { code message } }
}`;

/** Sends a test message, and fails when the receiver does not take it. */
export async function testWebhook(
  webhookId: number,
  options: ApiOptions,
  surroundings: Surroundings,
): Promise<void> {
  const test = z.object({ delivered: z.boolean(), status: z.int().nullable(), error: z.string().nullable() });
  const schema = z.object({
    testWebhook: z.object({ test: test.nullable(), userErrors: userErrorsSchema }),
  });
  const answer = await withApi(options, surroundings, (api) =>
    api.ask(testDocument, { input: { id: String(webhookId) } }, schema),
  );
  refuseUserErrors(answer.testWebhook.userErrors);
  const outcome = answer.testWebhook.test;
  if (options.json) writeJson(surroundings.stdout, outcome);
  else if (outcome?.delivered)
    writeBlocks(surroundings, [`The receiver took it (${outcome.status ?? 'no status'}).`]);
  if (!outcome?.delivered)
    throw new CommandFailed(
      'NOT_DELIVERED',
      `The receiver did not take it: ${outcome?.error ?? 'no answer'}`,
    );
}

const deleteDocument = `mutation ($input: DeleteWebhookInput!) {
  deleteWebhook(input: $input) { deletedId userErrors { code message } }
}`;

/** Deletes a webhook. */
export async function deleteWebhook(
  webhookId: number,
  options: ApiOptions,
  surroundings: Surroundings,
): Promise<void> {
  const schema = z.object({
    deleteWebhook: z.object({ deletedId: z.string().nullable(), userErrors: userErrorsSchema }),
  });
  const answer = await withApi(options, surroundings, (api) =>
    api.ask(deleteDocument, { input: { id: String(webhookId) } }, schema),
  );
  refuseUserErrors(answer.deleteWebhook.userErrors);
  if (options.json) writeJson(surroundings.stdout, { deleted: webhookId });
  else writeBlocks(surroundings, [`Webhook ${webhookId} is deleted.`]);
}
