/** A list of a parsed JSON text. @throws {TypeError} when it is none: a fault of the program that wrote it. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a list was written as something else');
}

/** An object whose properties may be looked at. @throws {TypeError} when it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new TypeError('an object was expected');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
