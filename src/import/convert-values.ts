import { readDate, readFlag, type LegacyRow } from './legacy-values.ts';

/** Says what was put right in the row at hand. */
export type Mend = (reason: string) => void;

/** A flag of a row: NULL and whatever is none count as false, and are mended aloud where the column exists. */
export function convertFlag(row: LegacyRow, column: string, mend: Mend): boolean {
  const flag = readFlag(row[column]);
  if (flag === undefined && column in row)
    mend(`${column} was ${JSON.stringify(row[column])}: false was taken`);
  return flag ?? false;
}

/** A date of a row, or null; one that cannot be read is mended aloud. */
export function convertDate(row: LegacyRow, column: string, mend: Mend): Date | null {
  const value = row[column] ?? null;
  const date = readDate(value) ?? null;
  if (value !== null && date === null) mend(`${column} ${JSON.stringify(value)} is no date: none was taken`);
  return date;
}
