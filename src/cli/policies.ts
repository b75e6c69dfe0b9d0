import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';
import { checkPolicy } from '../replication/policy/check-policy.ts';
import {
  defaultPolicy,
  replicationPolicySchema,
  type ReplicationPolicy,
} from '../replication/policy/policy.ts';
import type { HubApi } from './api/hub-api.ts';
import type { Block } from './output.ts';
import { paint } from './output/line.ts';
import { formatRelative } from './output/relative-time.ts';
import { toWords } from './words.ts';

const selector = 'names tags pools vmids';
/** Every field of a policy in a document of the API. */
export const policyFields = `source storedAt paused mode templates { include { ${selector} } exclude { ${selector} } }
  nodes { include exclude } storage { node storage } namePattern vmidRange { first last } bandwidthLimit
  limits { perSource perTarget perStorage perCluster } schedule quietHours { from to days } timezone
  pool sharedStorage fullCloneOnly overcommit sameName outdated orphans`;

const storageChoices = z.array(z.object({ node: z.string(), storage: z.string() }));
export const apiPolicySchema = z.looseObject({
  source: z.string(),
  storedAt: z.string().nullable(),
  storage: storageChoices,
});

/** A policy in force, in the form of the clusters file, as commands print it with `--json`. */
export interface PolicyShown {
  readonly clusterId: string;
  readonly source: string;
  readonly storedAt: string | null;
  readonly policy: ReplicationPolicy;
}

const policiesDocument = `query { clusters { clusterId replicationPolicy { ${policyFields} } } }`;

/** The policies in force, one a cluster; without those that the server does not know, since it runs offline. */
export async function listPolicies(api: HubApi): Promise<PolicyShown[]> {
  const cluster = z.object({ clusterId: z.string(), replicationPolicy: apiPolicySchema.nullable() });
  const { clusters } = await api.ask(policiesDocument, {}, z.object({ clusters: z.array(cluster) }));
  return clusters.flatMap(({ clusterId, replicationPolicy }) =>
    replicationPolicy ? [readPolicy(clusterId, replicationPolicy)] : [],
  );
}

/** A policy of the API in the form of the clusters file. */
export function readPolicy(clusterId: string, told: z.output<typeof apiPolicySchema>): PolicyShown {
  const { source, storedAt, storage, ...rest } = told;
  const written = { ...spell(rest, 'toLowerCase'), storage: Object.fromEntries(storage.map(toPair)) };
  return { clusterId, source, storedAt, policy: checkPolicy(dropNulls(written)) };
}

/** A policy in the form of the clusters file as input of the API. */
export function toPolicyInput({ storage, ...rest }: ReplicationPolicy): Record<string, unknown> {
  const choices = Object.entries(storage).map(([node, name]) => ({ node, storage: name }));
  return { ...spell(rest, 'toUpperCase'), storage: choices };
}

function toPair({ node, storage }: z.output<typeof storageChoices>[number]): [string, string] {
  return [node, storage];
}

/** The API writes the words of a policy in capitals, the clusters file those of rules in small letters. */
function spell(
  policy: Readonly<Record<string, unknown>>,
  how: 'toLowerCase' | 'toUpperCase',
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(policy).map(([key, value]) => [
      key,
      typeof value === 'string' && rules.has(key) ? value[how]() : value,
    ]),
  );
}

/** Keys whose values are words in small letters. */
const rules = new Set(
  Object.entries(replicationPolicySchema.shape).flatMap(([key, schema]) => {
    const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
    const words = inner instanceof z.ZodEnum ? inner.options.map(String) : [];
    return words.length > 0 && words.every((word) => word === word.toLowerCase()) ? [key] : [];
  }),
);

/** In the API what is absent is null; in the clusters file there is no null. */
function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([key, part]) => [key, dropNulls(part)]));
}

const sources: Readonly<Record<string, string>> = {
  DEFAULT: 'as by default',
  CLUSTERS_FILE: 'of the clusters file',
  STORED: 'set',
};

/** A policy for people, in the form of the clusters file; without `all` only what is not as by default. */
export function describePolicy(shown: PolicyShown, { all, now }: { all: boolean; now: number }): Block[] {
  const { clusterId, source, storedAt, policy } = shown;
  const when = storedAt === null ? '' : ` ${formatRelative(new Date(storedAt), now)}`;
  const entries = Object.entries(policy).filter(([key, value]) => all || !isDefault(key, value));
  const lines = entries.length > 0 ? stringify(Object.fromEntries(entries)).trimEnd().split('\n') : [];
  return [
    [paint('bold', clusterId), `: ${sources[source] ?? toWords(source)}${when}`],
    ...lines.map((line) => `  ${line}`),
  ];
}

function isDefault(key: string, value: unknown): boolean {
  return isDeepStrictEqual(value, Object.entries(defaultPolicy).find(([name]) => name === key)?.[1]);
}
