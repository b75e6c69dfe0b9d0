import { InvalidArgumentError, type Command } from 'commander';
import { ChangeKind, HubEventKind } from '../../../prisma/generated/sqlite/enums.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { readCount } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { describeWebhooks, findWebhook, listWebhooks, tellWebhook } from '../webhooks.ts';
import {
  createWebhook,
  deleteWebhook,
  testWebhook,
  updateWebhook,
  type WebhookOptions,
} from './webhook-change.ts';

const createHelp = `
The secret signs the messages. It is taken from the file, else from the
environment's WEBHOOK_SECRET, else made up and shown this once.

Examples:
  hub webhook create https://portal.example.org/hub
  hub webhook create https://portal.example.org --kind replicated vanished
  hub webhook create https://chat.example.org --event run_failed
`;

/** `hub webhook …`: who is told of what happens. */
export function registerWebhook(program: Command, surroundings: Surroundings): void {
  const group = program.command('webhook').description('who is told of what happens');
  addApiOptions(group.command('list').description('all webhooks')).action((options: ApiOptions) =>
    printWebhooks(options, surroundings),
  );
  const show = group
    .command('show')
    .description('a webhook, and what it was told')
    .argument('<webhook>', 'number of the webhook', readCount)
    .option('--limit <number>', 'how many deliveries, at most 100', readCount, 20);
  addApiOptions(show).action((id: number, options: WebhookOptions) =>
    printWebhook(id, options, surroundings),
  );
  const create = addWebhookOptions(
    group.command('create').description('tell an address what happens from now on'),
  )
    .argument('<url>', 'http or https, without user and password')
    .addHelpText('after', createHelp);
  addApiOptions(create).action((url: string, options: WebhookOptions) =>
    createWebhook(url, options, surroundings),
  );
  const update = addWebhookOptions(group.command('update').description('change a webhook'))
    .argument('<webhook>', 'number of the webhook', readCount)
    .option('--url <url>', 'another address')
    .option('--all-kinds', 'of every kind of change and of event')
    .option('--all-clusters', 'of every cluster')
    .option('--on', 'tell it what happens from now on')
    .option('--off', 'tell it nothing more, nor what waits');
  addApiOptions(update).action((id: number, options: WebhookOptions) =>
    updateWebhook(id, options, surroundings),
  );
  registerSmall(group, surroundings);
}

function registerSmall(group: Command, surroundings: Surroundings): void {
  const small = [
    ['test', 'send a message at once and show what the receiver did', testWebhook],
    ['delete', 'delete a webhook; what waits is not sent', deleteWebhook],
  ] as const;
  for (const [name, description, run] of small) {
    const command = group
      .command(name)
      .description(description)
      .argument('<webhook>', 'number of the webhook', readCount);
    addApiOptions(command).action((id: number, options: ApiOptions) => run(id, options, surroundings));
  }
}

function addWebhookOptions(command: Command): Command {
  return command
    .option('--kind <kind...>', 'of these kinds of changes, such as replicated', collectFrom(ChangeKind))
    .option('--event <kind...>', 'of these kinds of events, such as run_failed', collectFrom(HubEventKind))
    .option('--cluster <id>', 'only of this cluster')
    .option('--secret-file <path>', 'a file that holds the secret');
}

function collectFrom(kinds: object) {
  return (text: string, before: readonly string[] | undefined): string[] => {
    const kind = text.toUpperCase().replaceAll('-', '_');
    if (Object.hasOwn(kinds, kind)) return [...(before ?? []), kind];
    const known = Object.keys(kinds).map((word) => word.toLowerCase());
    throw new InvalidArgumentError(`It must be one of ${known.join(', ')}.`);
  };
}

async function printWebhooks(options: ApiOptions, surroundings: Surroundings): Promise<void> {
  const webhooks = await withApi(options, surroundings, listWebhooks);
  if (options.json) return writeJson(surroundings.stdout, webhooks);
  const hint = 'There are no webhooks. Make one: hub webhook create <url>';
  writeBlocks(surroundings, webhooks.length > 0 ? describeWebhooks(webhooks) : [hint]);
}

async function printWebhook(
  webhookId: number,
  options: WebhookOptions,
  surroundings: Surroundings,
): Promise<void> {
  const first = Math.min(options.limit ?? 20, 100);
  const found = await withApi(options, surroundings, (api) => findWebhook(api, webhookId, first));
  if (!found)
    throw new CommandFailed('WEBHOOK_NOT_FOUND', `There is no webhook ${webhookId}. See: hub webhook list`);
  if (options.json) writeJson(surroundings.stdout, found);
  else writeBlocks(surroundings, tellWebhook(found));
}
