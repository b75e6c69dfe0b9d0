/**
 * How often each table was written, as of one moment. Equal numbers mean that the table's rows are the same; as long as
 * nothing at all was written it is the same object.
 */
export interface TableVersions {
  /** By the table's name in the database. */
  get(table: string): number | undefined;
}

/** Tells whether the database has changed, and what of it. */
export interface Revision {
  /** What is written and committed by now, by this process or by another. */
  current(): TableVersions;
  /** To be called after a write of this process where the database cannot be asked at once. */
  bump(): void;
  close(): Promise<void>;
}

/** Whether nothing was written to the tables between two moments. */
export function isUnchanged(tables: readonly string[], before: TableVersions, now: TableVersions): boolean {
  return before === now || tables.every((table) => before.get(table) === now.get(table));
}
