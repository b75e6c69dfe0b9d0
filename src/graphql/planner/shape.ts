import { Parameter, type SqlValue } from '../../store/sql/sql.ts';

/** Values in one place after another. */
export type Leaf = Exclude<SqlValue, Parameter | boolean>;

/**
 * Takes values apart: a text for their shape, which is the same for all that a statement of the same form answers, and
 * the values that are given to it. Truth values and null are part of the shape.
 */
export function takeApart(value: unknown, leaves: Leaf[]): string {
  if (isLeaf(value)) {
    leaves.push(value);
    return '?';
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((one) => takeApart(one, leaves)).join()}]`;
  let shape = '{';
  for (const [name, inner] of Object.entries(value)) shape += `${name}:${takeApart(inner, leaves)},`;
  return `${shape}}`;
}

/** The same values with parameters in place of those that are given to the statement, numbered in the same order. */
export function putParameters(value: unknown, count = { places: 0 }): unknown {
  if (isLeaf(value)) return new Parameter(count.places++);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => putParameters(one, count));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, putParameters(inner, count)]),
  );
}

function isLeaf(value: unknown): value is Leaf {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Date
  );
}
