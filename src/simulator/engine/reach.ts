import type { FaultBook } from '../faults/fault-book.ts';

/** A fault that keeps two nodes apart: the reason of a 595, and after how many milliseconds it comes. */
export interface Separation {
  readonly reason: string;
  readonly afterMs: number;
}

/** The partition of the network between two nodes; undefined when there is none. */
export function findPartition(faults: FaultBook, from: string, to: string): Separation | undefined {
  return faults.find('partition', ({ nodes }) => nodes.includes(from) !== nodes.includes(to));
}
