/**
 * Values as SQLite gives them, whatever the column was once declared: the predecessor's rebuilt tables hold numbers as
 * texts, dates with and without fraction, and NULL where a default was meant.
 */

/** One row: column name → value. */
export type LegacyRow = Readonly<Record<string, unknown>>;

/** The largest id or VMID that the store can hold. */
export const largestInteger = 2_147_483_647;

/** A text, or undefined for NULL. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return undefined;
}

/** An integer, also one written as text; undefined for anything else. */
export function readInteger(value: unknown): number | undefined {
  if (typeof value === 'string' && /^\s*[+-]?\d{1,15}(\.0+)?\s*$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** A number that need not be whole. */
export function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A boolean, or undefined for NULL and for what is none. */
export function readFlag(value: unknown): boolean | undefined {
  if (value === 1 || value === true || /^(1|true)$/i.test(readText(value) ?? '')) return true;
  if (value === 0 || value === false || /^(0|false)$/i.test(readText(value) ?? '')) return false;
  return undefined;
}

/**
 * A naive UTC date, `2024-01-15 11:00:00` with any number of fraction digits, cut to milliseconds; undefined for what is
 * none.
 */
export function readDate(value: unknown): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|[+-]00:?00)?$/.exec(
    readText(value)?.trim() ?? '',
  );
  if (!match) return undefined;
  const [, day, time, fraction = ''] = match;
  const date = new Date(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T`);
  return isReal ? date : undefined;
}

/** An id that can be kept. */
export function readId(value: unknown): number | undefined {
  const id = readInteger(value);
  return id !== undefined && id > 0 && id <= largestInteger ? id : undefined;
}
