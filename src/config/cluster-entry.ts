import { z } from 'zod';
import { isUser, formatToken, parseToken } from '../names/account.ts';
import { parseEndpoints, type Endpoint } from '../names/endpoint.ts';
import { parseFingerprint } from '../names/fingerprint.ts';

const text = z.string().trim().min(1, 'must not be empty');

/** Python's system wrote booleans; hands write texts and numbers. */
const looseFlag = z.union(
  [z.boolean(), z.stringbool(), z.literal([0, 1]).transform((number) => number === 1)],
  {
    error: 'must be true or false',
  },
);

/** One text, or a list of them. */
const textOrList = z.union([text, z.array(text).min(1, 'must not be empty')], {
  error: 'must be a text, or a list of texts',
});

const hostRule =
  'must be a name or an address, with a port where it is not 8006, and without https://: pve1.example.org, 10.0.0.11:8006, [fd00::11]:8006; several nodes of the cluster as a list';

const host = textOrList.transform((written, context): readonly [Endpoint, ...Endpoint[]] => {
  const endpoints = parseEndpoints([written].flat().join(','));
  if (endpoints) return endpoints;
  context.addIssue({ code: 'custom', message: hostRule });
  return z.NEVER;
});

const fingerprint = textOrList.transform((written, context): string | readonly string[] => {
  // A blank or a colon may stand inside of one: only commas and lists part them.
  const found = [written].flat().flatMap((one) => one.split(/[,;]/).map(parseFingerprint));
  const fingerprints = found.filter((one) => one !== undefined);
  const [first, ...others] = fingerprints;
  if (first !== undefined && fingerprints.length === found.length)
    return others.length === 0 ? first : fingerprints;
  context.addIssue({
    code: 'custom',
    message: 'must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons',
  });
  return z.NEVER;
});

const token = text.transform((written, context) => {
  const parsed = parseToken(written);
  if (parsed) return formatToken(parsed);
  context.addIssue({
    code: 'custom',
    message: 'must be user@realm!tokenid=secret, as Proxmox shows it once',
  });
  return z.NEVER;
});

/** One entry of the clusters file: the Python system's six keys and ours. */
export const clusterEntrySchema = z.object({
  id: z.coerce.string().regex(/^[A-Za-z0-9][\w.-]{0,49}$/, 'must be 1–50 letters, digits, ".", "_" or "-"'),
  name: text.optional(),
  host,
  port: z.coerce.number().int().min(1).max(65_535).optional(),
  user: text.refine(isUser, 'must name its realm, for instance root@pam').optional(),
  password: z.string().min(1, 'must not be empty').optional(),
  token: token.optional(),
  verify_ssl: looseFlag.default(true),
  fingerprint: fingerprint.optional(),
  ca_file: text.optional(),
  replication: z.unknown().optional(),
});

export type ClusterEntry = z.output<typeof clusterEntrySchema>;

/** Keys of the schema, to find what somebody mistyped. */
export const clusterEntryKeys: readonly string[] = Object.keys(clusterEntrySchema.shape);
