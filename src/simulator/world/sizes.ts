import { z } from 'zod';

const factors = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;
const pattern = /^(\d+(?:\.\d+)?)([KMGT]?)$/;

/** Reads `10G`, `512M`, `4096` as bytes; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const unit = z.enum(['', 'K', 'M', 'G', 'T']).parse(match[2]);
  return Math.round(Number(match[1]) * factors[unit]);
}

/** Writes bytes as Proxmox does in a disk line: the largest unit that divides them, else the bare number. */
export function formatSize(bytes: number): string {
  for (const unit of ['T', 'G', 'M', 'K'] as const) {
    if (bytes >= factors[unit] && bytes % factors[unit] === 0) return `${bytes / factors[unit]}${unit}`;
  }
  return String(bytes);
}

/** Bytes in a world file: a whole number, or a text such as `10G`. */
export const bytesSchema = z.union([z.int().nonnegative(), z.string()]).transform((value, context) => {
  const bytes = typeof value === 'number' ? value : parseSize(value);
  if (bytes !== undefined) return bytes;
  context.addIssue({
    code: 'custom',
    message: `'${value}' is no size: write bytes, or a number with K, M, G or T`,
  });
  return z.NEVER;
});
