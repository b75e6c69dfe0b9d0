import type { RunReport } from './execute-run.ts';

export interface FaultSum {
  runs: number;
  /** Runs in which everything wanted is there in the end. */
  converged: number;
  /** Runs in which nothing at all is to be said against the product. */
  clean: number;
  duplicates: number;
  orphans: number;
  lost: number;
  foreignDeleted: number;
  forgotten: number;
  /** Bytes. */
  repeatedCopies: number;
  maxPasses: number;
}

export function sumReports(reports: readonly RunReport[]): FaultSum {
  const count = (pick: (report: RunReport) => readonly string[]) =>
    reports.reduce((sum, report) => sum + pick(report).length, 0);
  return {
    runs: reports.length,
    converged: reports.filter(({ books, error }) => error === undefined && books.missing.length === 0).length,
    clean: reports.filter(({ clean }) => clean).length,
    duplicates: count(({ books }) => books.duplicates),
    orphans: count(({ books }) => books.orphans),
    lost: count(({ books }) => books.lost),
    foreignDeleted: count(({ books }) => books.foreignDeleted),
    forgotten: count(({ books }) => books.forgotten),
    repeatedCopies: reports.reduce((sum, { repeated }) => sum + repeated, 0),
    maxPasses: Math.max(0, ...reports.map(({ passes }) => passes)),
  };
}
