import { z } from 'zod';

/** Characters of one text, and of a whole input, that are kept. */
const longestText = 500;
const longestInput = 4000;

const secretKey = /secret|password|token|passphrase|authorization/i;
const record = z.record(z.string(), z.unknown());

/** Writes an input as JSON for the books: without secrets, and not longer than people read. */
export function redactInput(input: unknown): string {
  const text = JSON.stringify(redact(input)) ?? 'null';
  return text.length <= longestInput ? text : JSON.stringify(`${text.slice(0, longestInput)}…`);
}

function redact(value: unknown): unknown {
  if (typeof value === 'string')
    return hideCredentials(value.length <= longestText ? value : `${value.slice(0, longestText)}…`);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(record.parse({ ...value }));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, secretKey.test(key) ? '***' : redact(inner)]),
  );
}

/** What stands between the scheme and the host of a URL. */
function hideCredentials(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#@]*@/i, '$1***@');
}
