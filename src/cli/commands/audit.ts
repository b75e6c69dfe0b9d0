import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { AuditOutcome } from '../../../prisma/generated/sqlite/enums.ts';
import type { HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { writeBlocks, writeJson, type Block } from '../output.ts';
import { paint, type Text } from '../output/line.ts';
import { makeTable, toMoment } from '../output/table.ts';
import { readCount, readDuration } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { count, toWords } from '../words.ts';

interface AuditOptions extends ApiOptions {
  readonly limit: number;
  /** Milliseconds before now. */
  readonly since?: number;
  readonly who?: string;
  readonly what?: string;
  readonly outcome?: AuditOutcome;
}

/** `hub audit`: who did what. */
export function registerAudit(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('audit')
    .description('who did what, or was refused it, the newest first')
    .option('--limit <number>', 'how many, at most 100', readCount, 20)
    .option('--since <duration>', 'only of the last time, such as 12h or 30d', readDuration)
    .option('--who <name>', 'only of a token of this name')
    .option('--what <word>', 'only this, such as replicate')
    .option('--outcome <word>', 'done, failed, refused or begun', readOutcome);
  addApiOptions(command).action((options: AuditOptions) => printAudit(options, surroundings));
}

function readOutcome(text: string): AuditOutcome {
  const outcome = Object.values(AuditOutcome).find((one) => one === text.toUpperCase());
  if (outcome) return outcome;
  throw new InvalidArgumentError('It must be done, failed, refused or begun.');
}

const eventSchema = z.object({
  databaseId: z.int(),
  at: z.string(),
  who: z.string(),
  tokenId: z.int().nullable(),
  role: z.string().nullable(),
  origin: z.string().nullable(),
  what: z.string(),
  input: z.string().nullable(),
  outcome: z.string(),
  code: z.string().nullable(),
  runId: z.int().nullable(),
  count: z.int(),
});

type EventShown = z.output<typeof eventSchema>;

const auditDocument = `query ($first: Int, $who: String, $what: String, $outcome: AuditOutcome, $since: DateTime) {
  auditEvents(first: $first, who: $who, what: $what, outcome: $outcome, since: $since) {
    nodes { ${Object.keys(eventSchema.shape).join(' ')} }
  }
}`;

async function printAudit(options: AuditOptions, surroundings: Surroundings): Promise<void> {
  const events = await withApi(options, surroundings, (api) => readEvents(api, options, surroundings));
  if (options.json) return writeJson(surroundings.stdout, events);
  writeBlocks(surroundings, describeEvents(events));
}

async function readEvents(
  api: HubApi,
  { limit, since, who, what, outcome }: AuditOptions,
  { clock }: Surroundings,
): Promise<EventShown[]> {
  const from = since === undefined ? undefined : new Date(clock.now() - since).toISOString();
  const variables = { first: Math.min(limit, 100), who, what, outcome, since: from };
  const schema = z.object({ auditEvents: z.object({ nodes: z.array(eventSchema) }) });
  return (await api.ask(auditDocument, variables, schema)).auditEvents.nodes;
}

function describeEvents(events: readonly EventShown[]): Block[] {
  if (events.length === 0) return ['Nothing of the kind was done.'];
  const rows = events.map((one) => [
    toMoment(one.at),
    one.who,
    one.origin,
    one.count === 1 ? one.what : `${one.what} (${one.count} times)`,
    showOutcome(one),
    one.runId,
  ]);
  return [makeTable(['when', 'who', 'from', 'what', 'outcome', 'run'], rows), count(events.length, 'event')];
}

function showOutcome({ outcome, code }: EventShown): Text {
  const words = toWords(code ?? outcome);
  return outcome === 'DONE' ? paint('green', words) : paint(outcome === 'BEGUN' ? 'yellow' : 'red', words);
}
