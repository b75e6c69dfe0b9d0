import Table from 'cli-table3';

/** A cell: a text, a number (set to the right), or nothing. */
export type Cell = string | number | bigint | boolean | null | undefined;

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
  middle: '  ',
};

/** A table for people, as lines: a heading, and columns only as wide as they must be. */
export function renderTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const isNumeric = (_heading: string, column: number) => rows.some((row) => typeof row[column] === 'number');
  const table = new Table({
    head: headings.map((heading) => heading.toUpperCase()),
    chars: noLines,
    colAligns: headings.map((heading, column) => (isNumeric(heading, column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(showCell)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function showCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '–';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return String(cell);
}
