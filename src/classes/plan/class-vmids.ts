/** Guests' ids from `first` to `last`, both included. */
export interface VmidRange {
  first: number;
  last: number;
}

/** Ranges begin here unless told, far from the ids that people and `nextid` give. */
const lowest = 10_000;
const highest = 999_999_999;
const block = 100;

export interface RangeChoice {
  /** How many ids are wanted. */
  size: number;
  /** Ids of all guests of the cluster. */
  taken: ReadonlySet<number>;
  /** Ranges of the cluster's other classes. */
  ranges: readonly VmidRange[];
}

/**
 * The first range of whole hundreds that no guest and no other class has an id of; undefined when there is none.
 */
export function chooseRange({ size, taken, ranges }: RangeChoice): VmidRange | undefined {
  const length = Math.max(1, Math.ceil(size / block)) * block;
  const busy = [...ranges, ...[...taken].map((vmid) => ({ first: vmid, last: vmid }))].toSorted(
    (left, right) => left.first - right.first,
  );
  let first = lowest;
  for (const other of busy) {
    if (other.first > first + length - 1) break;
    if (other.last >= first) first = Math.floor(other.last / block) * block + block;
  }
  return first + length - 1 <= highest ? { first, last: first + length - 1 } : undefined;
}

/** Whether two ranges have an id in common. */
export function overlaps(left: VmidRange, right: VmidRange): boolean {
  return left.first <= right.last && right.first <= left.last;
}

/** How many ids of a range are not taken. */
export function countFree({ first, last }: VmidRange, taken: ReadonlySet<number>): number {
  const inside = [...taken].filter((vmid) => vmid >= first && vmid <= last);
  return last - first + 1 - inside.length;
}

/**
 * How many ids a class should have: itself twice, since a machine that is made anew is there before the old one goes,
 * and some for bases.
 */
export function sizeOfRange(students: number, nodes: number): number {
  return 2 * (students + nodes + 1);
}
