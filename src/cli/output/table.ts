import type { Text } from './line.ts';

/** A cell: a text, a number (set to the right), a moment (shown from now), or nothing. */
export type Cell = Text | number | bigint | boolean | Date | null | undefined;

/** A table as data; how wide it becomes is decided where it is written. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table. Columns without any value are left out when it is written. */
export function makeTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): Table {
  return { headings, rows };
}

/** A moment of the API as a cell. */
export function toMoment(time: string | null | undefined): Date | null {
  return time ? new Date(time) : null;
}

/** Nothing is to be seen in such a cell. */
export function isEmptyCell(cell: Cell): boolean {
  return cell === null || cell === undefined || cell === '';
}
