import CliTable from 'cli-table3';
import stringWidth from 'string-width';
import { toPrintable } from '../../log/printable.ts';
import type { TextOutput } from '../surroundings.ts';
import { breakWords } from './break-words.ts';
import { fitColumns, gap } from './fit-columns.ts';
import { paint, renderText, reword, wordsOf, type Text } from './line.ts';
import { makeNote, renderNote } from './note.ts';
import { formatRelative } from './relative-time.ts';
import { isEmptyCell, type Cell, type Table } from './table.ts';

/** Where and when a table is shown. */
export interface Place {
  readonly output: TextOutput;
  /** Columns of the terminal; undefined where nothing limits a line. */
  readonly width: number | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A column that is shown. */
interface Column {
  readonly heading: string;
  readonly cells: readonly Text[];
  readonly toRight: boolean;
}

/** A text is not wrapped into less than this. */
const leastText = 12;

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(gap),
};

/**
 * A table as lines. Texts are wrapped until it fits; where even that does not help, each row becomes lines of its own,
 * one for each value.
 */
export function renderTable(table: Table, place: Place): string[] {
  const columns = readColumns(table, place);
  if (columns.length === 0 || table.rows.length === 0) return [];
  const widths = fitColumns(columns.map(measure), place.width ?? Number.POSITIVE_INFINITY);
  return widths ? renderColumns(columns, widths, place) : renderRecords(columns, place);
}

/** The columns that have a value in any row. */
function readColumns({ headings, rows }: Table, { now }: Place): Column[] {
  return headings.flatMap((heading, index) => {
    const cells = rows.map((row) => row[index]);
    if (cells.every(isEmptyCell)) return [];
    return {
      heading: heading.toUpperCase(),
      cells: cells.map((cell) => showCell(cell, now)),
      toRight: cells.some((cell) => typeof cell === 'number' || typeof cell === 'bigint'),
    };
  });
}

function showCell(cell: Cell, now: number): Text {
  if (isEmptyCell(cell)) return '–';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (cell instanceof Date) return formatRelative(cell, now);
  return typeof cell === 'object' && cell !== null ? reword(cell, toPrintable) : toPrintable(String(cell));
}

function measure({ heading, cells, toRight }: Column): { natural: number; least: number } {
  const natural = Math.max(stringWidth(heading), ...cells.map((cell) => stringWidth(wordsOf(cell))));
  return { natural, least: toRight ? natural : Math.min(natural, Math.max(leastText, heading.length)) };
}

function renderColumns(columns: readonly Column[], widths: readonly number[], { output }: Place): string[] {
  const fit = (cell: Text, column: number) =>
    renderText(
      reword(cell, (words) => breakWords(words, widths[column] ?? 1)),
      output,
    );
  const table = new CliTable({
    head: columns.map(({ heading }) => renderText(paint('bold', heading), output)),
    chars: noLines,
    colAligns: columns.map(({ toRight }) => (toRight ? 'right' : 'left')),
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  const count = columns[0]?.cells.length ?? 0;
  for (let row = 0; row < count; row += 1)
    table.push(columns.map(({ cells }, column) => fit(cells[row] ?? '', column)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function renderRecords(columns: readonly Column[], place: Place): string[] {
  const longest = Math.max(...columns.map(({ heading }) => heading.length));
  const count = columns[0]?.cells.length ?? 0;
  return Array.from({ length: count }, (_, row) => [
    ...(row > 0 ? [''] : []),
    ...columns.flatMap(({ heading, cells }) =>
      renderNote(makeNote(paint('bold', heading.padEnd(longest + 1)), wordsOf(cells[row] ?? '')), place),
    ),
  ]).flat();
}
