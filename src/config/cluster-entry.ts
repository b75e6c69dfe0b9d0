import { z } from 'zod';

const text = z.string().trim().min(1, 'must not be empty');

/** Python's system wrote booleans; hands write texts and numbers. */
const looseFlag = z.union(
  [z.boolean(), z.stringbool(), z.literal([0, 1]).transform((number) => number === 1)],
  {
    error: 'must be true or false',
  },
);

const fingerprint = z
  .string()
  .transform((written) => written.replaceAll(/[:\s]/g, '').toLowerCase())
  .refine((digits) => /^[0-9a-f]{64}$/.test(digits), 'must be a SHA-256 fingerprint: 64 hexadecimal digits');

const token = z
  .string()
  .trim()
  .regex(/^[^\s@!=]+@[^\s@!=]+![^\s=]+=\S+$/, 'must be user@realm!tokenid=secret, as Proxmox shows it once');

/** One entry of the clusters file: the Python system's six keys and ours. */
export const clusterEntrySchema = z.object({
  id: z.coerce.string().regex(/^[A-Za-z0-9][\w.-]{0,49}$/, 'must be 1–50 letters, digits, ".", "_" or "-"'),
  name: text.optional(),
  host: text.refine(
    (host) => !/[/@\s]|^[^:]*:\d+$/.test(host),
    'must be a name or an address alone, without https:// and port (use "port")',
  ),
  port: z.coerce.number().int().min(1).max(65_535).default(8006),
  user: text.regex(/@/, 'must name its realm, for instance root@pam').optional(),
  password: z.string().min(1, 'must not be empty').optional(),
  token: token.optional(),
  verify_ssl: looseFlag.default(true),
  fingerprint: fingerprint.optional(),
  ca_file: text.optional(),
  replication: z.unknown().optional(),
});

export type ClusterEntry = z.output<typeof clusterEntrySchema>;

/** Keys of the schema, to find what somebody mistyped. */
export const clusterEntryKeys: ReadonlySet<string> = new Set(Object.keys(clusterEntrySchema.shape));
