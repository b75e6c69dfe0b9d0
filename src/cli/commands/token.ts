import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { roles, type Role } from '../../access/caller.ts';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { readCount, readDuration } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { describeTokens, listTokens, tokenFields, tokenSchema } from '../tokens.ts';

interface TokenOptions extends ApiOptions {
  readonly role?: Role;
  readonly cluster?: readonly string[];
  /** Milliseconds from now. */
  readonly expires?: number;
}

const day = 86_400_000;
/** How long a token is good unless told, milliseconds. */
const defaultLife = 90 * day;

const createHelp = `
Roles: viewer reads; operator also scans, replicates and deploys; admin also
decides on policies, removals, tokens and webhooks. The token is shown this
once. The first one closes a server that answered everybody on this machine.

Examples:
  hub token create grafana
  hub token create "Terraform of the lab" --role operator --cluster lab
  hub token create me --role admin --expires 30d
`;

/** `hub token …`: who may ask, and what. */
export function registerToken(program: Command, surroundings: Surroundings): void {
  const group = program.command('token').description('who may ask, and what');
  const create = group
    .command('create')
    .description('make a token, and show it this once')
    .argument('<name>', 'whose it is, or what it is for')
    .option('--role <role>', 'viewer, operator or admin', readRole, 'VIEWER')
    .option('--cluster <id...>', 'there are only these clusters for its owner')
    .option('--expires <duration>', 'good for so long, such as 12h or 30d (default: 90d)', readDuration)
    .addHelpText('after', createHelp);
  addApiOptions(create).action((name: string, options: TokenOptions) =>
    createToken(name, options, surroundings),
  );
  addApiOptions(group.command('list').description('all tokens')).action((options: ApiOptions) =>
    printTokens(options, surroundings),
  );
  const revoke = group
    .command('revoke')
    .description('take a token away for good')
    .argument('<token>', 'number of the token', readCount);
  addApiOptions(revoke).action((id: number, options: ApiOptions) => revokeToken(id, options, surroundings));
  const rotate = group
    .command('rotate')
    .description('give a token another secret, and show it this once')
    .argument('<token>', 'number of the token', readCount)
    .option('--expires <duration>', 'good for so long from now on; as before when absent', readDuration);
  addApiOptions(rotate).action((id: number, options: TokenOptions) => rotateToken(id, options, surroundings));
}

function readRole(text: string): Role {
  const role = roles.find((one) => one === text.toUpperCase());
  if (role) return role;
  throw new InvalidArgumentError('It must be viewer, operator or admin.');
}

const shownSchema = z.object({
  payload: z.object({
    token: z.string().nullable(),
    apiToken: tokenSchema.nullable(),
    userErrors: userErrorsSchema,
  }),
});

const createDocument = `mutation ($input: CreateTokenInput!) {
  payload: createToken(input: $input) { token apiToken { ${tokenFields} } userErrors { code message } }
}`;
const rotateDocument = `mutation ($input: RotateTokenInput!) {
  payload: rotateToken(input: $input) { token apiToken { ${tokenFields} } userErrors { code message } }
}`;
const revokeDocument = `mutation ($input: RevokeTokenInput!) {
  payload: revokeToken(input: $input) { apiToken { ${tokenFields} } userErrors { code message } }
}`;

async function createToken(name: string, options: TokenOptions, surroundings: Surroundings): Promise<void> {
  const { role, cluster: clusterIds, expires = defaultLife } = options;
  const input = { name, role, clusterIds, expiresAt: toTime(expires, surroundings) };
  await showToken(createDocument, { input, options, surroundings });
}

async function rotateToken(id: number, options: TokenOptions, surroundings: Surroundings): Promise<void> {
  const { expires } = options;
  const expiresAt = expires === undefined ? undefined : toTime(expires, surroundings);
  await showToken(rotateDocument, { input: { id: String(id), expiresAt }, options, surroundings });
}

function toTime(life: number, { clock }: Surroundings): string {
  return new Date(clock.now() + life).toISOString();
}

async function showToken(
  document: string,
  { input, options, surroundings }: { input: object; options: ApiOptions; surroundings: Surroundings },
): Promise<void> {
  const { payload } = await withApi(options, surroundings, (api) =>
    api.ask(document, { input }, shownSchema),
  );
  refuseUserErrors(payload.userErrors);
  const { token, apiToken } = payload;
  if (options.json) return writeJson(surroundings.stdout, { ...apiToken, token });
  writeBlocks(surroundings, [
    ...describeTokens(apiToken ? [apiToken] : []).slice(0, 1),
    'Its text, shown this once:',
    token ?? '',
    'It is sent as "Authorization: Bearer <text>";',
    'commands with --server take it from API_TOKEN.',
  ]);
}

async function revokeToken(id: number, options: ApiOptions, surroundings: Surroundings): Promise<void> {
  const schema = z.object({
    payload: z.object({ apiToken: tokenSchema.nullable(), userErrors: userErrorsSchema }),
  });
  const { payload } = await withApi(options, surroundings, (api) =>
    api.ask(revokeDocument, { input: { id: String(id) } }, schema),
  );
  refuseUserErrors(payload.userErrors);
  if (options.json) writeJson(surroundings.stdout, payload.apiToken);
  else writeBlocks(surroundings, [`Token ${id} is revoked; what is watched with it ends within 5 s.`]);
}

async function printTokens(options: ApiOptions, surroundings: Surroundings): Promise<void> {
  const tokens = await withApi(options, surroundings, listTokens);
  if (options.json) return writeJson(surroundings.stdout, tokens);
  const hint = 'There are no tokens. Make one: hub token create <name> --role admin';
  writeBlocks(surroundings, tokens.length > 0 ? describeTokens(tokens) : [hint]);
}
