import { z } from 'zod';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A text that is trimmed; a blank one counts as absent. */
export function optionalText(): z.ZodType<string | undefined> {
  return z
    .string()
    .trim()
    .optional()
    .transform((text) => text || undefined);
}

/** `true`, `yes`, `on`, `1` and their opposites, in any case; blank or absent = `otherwise`. */
export function flag(otherwise: boolean): z.ZodType<boolean> {
  return optionalText().transform((text, context) => {
    if (text === undefined) return otherwise;
    if (/^(true|yes|on|1)$/i.test(text)) return true;
    if (/^(false|no|off|0)$/i.test(text)) return false;
    context.addIssue({ code: 'custom', message: `must be true or false, not "${text}"` });
    return z.NEVER;
  });
}

/** A list, separated by commas or blanks; each entry must be what `isOne` takes. */
export function listText(isOne: (entry: string) => boolean, what: string): z.ZodType<readonly string[]> {
  return optionalText().transform((text, context) => {
    const entries = text?.split(/[,\s]+/).filter((entry) => entry !== '') ?? [];
    const wrong = entries.find((entry) => !isOne(entry));
    if (wrong === undefined) return entries;
    context.addIssue({ code: 'custom', message: `must name ${what} each, not "${wrong}"` });
    return z.NEVER;
  });
}

/** A TCP port as text; 0 (any free one) only where `anyFree` is set. */
export function portText(otherwise: number, anyFree = false): z.ZodType<number> {
  const lowest = anyFree ? 0 : 1;
  return optionalText().transform((text, context) => {
    if (text === undefined) return otherwise;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
    if (port >= lowest && port <= 65_535) return port;
    context.addIssue({ code: 'custom', message: `must be a port from ${lowest} to 65535, not "${text}"` });
    return z.NEVER;
  });
}

/** A whole number from 1 to a million, as text. */
export function countText(otherwise: number): z.ZodType<number> {
  return optionalText().transform((text, context) => {
    if (text === undefined) return otherwise;
    const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    if (count >= 1 && count <= 1_000_000) return count;
    context.addIssue({ code: 'custom', message: `must be a number from 1 to 1000000, not "${text}"` });
    return z.NEVER;
  });
}

/** A duration such as `90s`, `5m`, `1h30m` or `0`/`off` (never); a bare number is seconds. Gives milliseconds. */
export function durationText(otherwise: number): z.ZodType<number> {
  return optionalText().transform((text, context) => {
    if (text === undefined) return otherwise;
    const duration = parseDuration(text);
    if (duration !== undefined) return duration;
    const message = `must be a duration such as 90s, 5m, 1h30m, or off, not "${text}"`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** Milliseconds of a duration text, or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^(off|never)$/i.test(text)) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^(\d{1,9}(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g))
    total += Number(amount) * (units[unit ?? ''] ?? 0);
  return total;
}
