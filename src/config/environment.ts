import { z } from 'zod';
import { defaultLimits, logFormats, logLevels } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import { isAllowEntry, isLoopbackAddress, isNetwork } from '../names/address-rule.ts';
import { findSimilar, suggest } from '../names/did-you-mean.ts';
import { parseEndpoint } from '../names/endpoint.ts';
import { countText, durationText, flag, listText, optionalText, portText } from './fields.ts';
import { Secret } from './secret.ts';

/** The variables of a process, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const defaultDatabaseUrl = 'file:./data/template-hub.db';
const defaultClustersFile = 'clusters.json';

/** Shorter tokens of the environment are refused, characters. */
const shortestToken = 32;
/** And those of fewer different characters. */
const fewestCharacters = 8;

const environmentSchema = z.object({
  HOST: listeningHost(),
  PORT: portText(8080, true),
  API_TOKEN: strongToken(),
  SECRET_KEY: strongToken(),
  SECRET_KEY_FORMER: strongToken(),
  DATABASE_URL: optionalText()
    .transform((url) => url ?? defaultDatabaseUrl)
    .refine(
      (url) => /^(file:.+|postgres(ql)?:\/\/.+)/.test(url),
      'must be file:<path> for SQLite or postgresql://… for PostgreSQL',
    ),
  OFFLINE: flag(false),
  REPLICATE_AT_START: flag(true),
  AUDIT_KEEP: durationText(400 * 86_400_000),
  SCAN_INTERVAL: durationText(5 * 60_000),
  REPLICATION_INTERVAL: durationText(30 * 60_000),
  LOG_LEVEL: choice(logLevels, 'info'),
  LOG_FORMAT: choice(logFormats, 'auto'),
  GRAPHIQL: flag(true),
  INTROSPECTION: flag(true),
  PERSISTED_OPERATIONS: optionalText(),
  PERSISTED_ONLY: flag(false),
  TLS_CERT_FILE: optionalText(),
  TLS_KEY_FILE: optionalText(),
  STREAMS_OF_ONE: countText(defaultLimits.streams.each),
  STREAMS_OF_ALL: countText(defaultLimits.streams.all),
  CONNECTIONS: countText(defaultLimits.connections),
  TRUST_PROXY: listText(isNetwork, 'an address or a network (10.1.0.0/16) of a proxy'),
  WEBHOOK_ALLOW: listText(isAllowEntry, 'an address, a network (10.1.0.0/16) or a host name'),
});

/** The settings of the environment, apart from the clusters. */
export type Settings = z.output<typeof environmentSchema>;

/** Reads the settings; faults are added to `faults`, and the result is undefined when there are any. */
export function readSettings(environment: Environment, faults: ConfigFault[]): Settings | undefined {
  const result = environmentSchema.safeParse(environment);
  const issues = result.error?.issues ?? [];
  faults.push(...issues.map((issue) => ({ where: issue.path.join('.'), message: issue.message })));
  // With what is well, the rules between several settings can be checked all the same.
  const bad = new Set(issues.map((issue) => issue.path[0]));
  const good = Object.entries(environment).filter(([name]) => !bad.has(name));
  const settings = environmentSchema.parse(Object.fromEntries(good));
  checkToken(settings, faults);
  checkPersisted(settings, faults);
  return result.success ? settings : undefined;
}

/** The current key, and the former one. */
export function listSecretKeys({ SECRET_KEY: current, SECRET_KEY_FORMER: former }: Settings): Secret[] {
  return [current, former].filter((key) => key !== undefined);
}

/** The variables that are settings, apart from those of a single cluster and of secrets' files. */
export const settingNames: readonly string[] = [...Object.keys(environmentSchema.shape), 'CLUSTERS_FILE'];

/** Variables that look like settings and are none, with what was probably meant. */
export function findUnknownSettings(environment: Environment, others: readonly string[]): string[] {
  const known = [...settingNames, ...others];
  return Object.keys(environment)
    .filter((name) => !known.includes(name) && name.includes('_'))
    .filter((name) => name.startsWith('PVE_') || isNear(name, known))
    .map((name) => `${name} is not known and was ignored${suggest(name, known)}`);
}

/** One or two letters away: a longer way leads to other programs' variables. */
function isNear(name: string, known: readonly string[]): boolean {
  const similar = findSimilar(name, known, 2);
  return similar !== undefined && similar.includes('_');
}

/** The file that names the clusters, and whether somebody asked for it. */
export function chooseClustersFile(environment: Environment): { file: string; required: boolean } {
  const file = environment['CLUSTERS_FILE']?.trim();
  return file ? { file, required: true } : { file: defaultClustersFile, required: false };
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopbackAddress(host);
}

/** Where to listen: a name or an address, without brackets in the end. */
function listeningHost(): z.ZodType<string> {
  return optionalText().transform((text, context) => {
    const endpoint = parseEndpoint(text ?? '127.0.0.1');
    if (endpoint && endpoint.port === undefined) return endpoint.host;
    const message = endpoint
      ? `must be an address alone: set PORT=${endpoint.port}`
      : `must be a name or an address, not "${text}"`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** The token of an administrator; its value is repeated nowhere. */
function strongToken() {
  return optionalText()
    .refine((token) => token === undefined || isStrong(token), {
      error: `is too weak: it must have ${shortestToken} random characters at least; make one with: openssl rand -hex 32`,
    })
    .transform((token) => (token === undefined ? undefined : new Secret(token)));
}

function isStrong(token: string): boolean {
  return token.length >= shortestToken && new Set(token).size >= fewestCharacters;
}

function checkToken(settings: Settings, faults: ConfigFault[]): void {
  if (settings.API_TOKEN || isLoopback(settings.HOST)) return;
  faults.push({
    where: 'API_TOKEN',
    message: `is required because HOST=${settings.HOST} is reachable from other machines; set it to a long random text (openssl rand -hex 32), or HOST to 127.0.0.1`,
  });
}

function checkPersisted(settings: Settings, faults: ConfigFault[]): void {
  if (!settings.PERSISTED_ONLY || settings.PERSISTED_OPERATIONS) return;
  faults.push({
    where: 'PERSISTED_ONLY',
    message: 'needs PERSISTED_OPERATIONS, the file of the operations that are allowed',
  });
}

function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  otherwise: Values[number],
) {
  return optionalText()
    .transform((text) => text?.toLowerCase() ?? otherwise)
    .pipe(z.enum(values, { error: `must be one of ${values.join(', ')}` }));
}
