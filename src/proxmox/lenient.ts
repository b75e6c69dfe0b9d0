import { z } from 'zod';
import type { ZodType } from 'zod';

/** Perl answers a number as 101 or as "101", as the last use of the variable left it. */
export const number = z
  .union([z.number(), z.string().regex(/^\s*-?\d+(\.\d+)?([eE][-+]?\d+)?\s*$/)])
  .transform(Number)
  .pipe(z.number());

export const integer = number.pipe(z.int());

/** 1, "1", true, "on", "yes" are true; 0, "", "0", false, "off", "no" are false. */
export const flag = z
  .union([z.boolean(), z.number(), z.string()])
  .transform((value) => !['', '0', 'false', 'off', 'no'].includes(String(value).toLowerCase()));

/** Characters that we keep of a text; no name, note or line of Proxmox is as long. */
const longestText = 65_536;

/** Perl may answer a text that looks like a number as a number. What is longer than any text of Proxmox is cut. */
export const text = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).slice(0, longestText));

/** Absent or null is undefined. */
export function maybe<Value>(shape: ZodType<Value>) {
  return shape.nullish().transform((value) => value ?? undefined);
}

/** A word; absent, null and empty are undefined: an empty `lock` is no lock. */
export const maybeWord = text.nullish().transform((value) => value || undefined);

/** Absent or null is false. */
export const maybeFlag = flag.nullish().transform((value) => value ?? false);

/** Names in one string, separated by `;`, `,` or blanks; absent is an empty list. */
export const names = text.nullish().transform((value) => splitNames(value ?? ''));

function splitNames(value: string): string[] {
  return value.split(/[;,\s]+/).filter((name) => name !== '');
}

/** A list of rows; null is an empty one. */
export function listOf<Value>(row: ZodType<Value>) {
  return z
    .array(row)
    .nullable()
    .transform((rows) => rows ?? []);
}

/** An answer whose content does not matter. */
export const nothing = z.unknown().transform(() => undefined);
