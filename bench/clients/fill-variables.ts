import { dataset } from '../read/dataset.ts';
import type { ClientDocument } from './read-documents.ts';

/** Makes the values that stand in variables for names such as `$AFTER`, other ones each turn. */
export type MakeValue = (turn: number) => string | number;

/** Somewhere in the table, another place each turn. */
const place = (turn: number): number => (turn * 7919) % (dataset.rows - 200);

/** The values that depend on nothing but the turn. */
export const values: Readonly<Record<string, MakeValue>> = {
  $CLUSTER: (turn) => `cluster${1 + (turn % dataset.clusters)}`,
  $AFTER: place,
  $GID: (turn) => Buffer.from(`Template:${1 + place(turn)}`).toString('base64'),
  $VMID: (turn) => 101 + 5 * Math.floor(place(turn) / 5),
};

/** Puts values in place of their names. */
export function fillVariables(
  variables: unknown,
  known: Readonly<Record<string, MakeValue>>,
  turn: number,
): unknown {
  if (typeof variables === 'string') return known[variables]?.(turn) ?? variables;
  if (typeof variables !== 'object' || variables === null) return variables;
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, fillVariables(value, known, turn)]),
  );
}

/** The body of a request. Each turn has another one, so that no answer is known. */
export function writeBody(
  { query, variables, extra }: ClientDocument,
  known: Readonly<Record<string, MakeValue>>,
  turn: number,
): string {
  const filled = fillVariables(variables, known, turn);
  const extensions = { ...Object(extra['extensions']), turn };
  return JSON.stringify({ ...extra, query, variables: filled, extensions });
}
