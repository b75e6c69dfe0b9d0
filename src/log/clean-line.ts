import { toPrintable, toPrintableLines } from './printable.ts';

/** What a line of JSON has in it where a text holds a control character, escaped or not. */
const suspicious = /\\[bfnrtu]|[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/;

/** A line of the log, whose texts may come from anywhere, without control characters in them; stacks keep their lines. */
export function cleanLine(line: string): string {
  if (!suspicious.test(line)) return line;
  const cleaned: unknown = JSON.parse(line, cleanValue);
  return `${JSON.stringify(cleaned)}\n`;
}

function cleanValue(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return key === 'stack' ? toPrintableLines(value) : toPrintable(value);
}
