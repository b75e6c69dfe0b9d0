/** A node that may hold students. */
export interface NodeRoom {
  node: string;
  /** Bytes; undefined where it is not known, which counts as room enough. */
  freeMemory?: number;
  /** Students of the class that are there already; their memory is not counted again. */
  students: number;
}

export interface PlacementInput {
  nodes: readonly NodeRoom[];
  /** How many students to place. */
  count: number;
  /** Bytes of one student; 0 where it is not known. */
  memory: number;
}

export interface StudentPlacement {
  /** The node of each student, in order. Empty when there is no node. */
  nodes: string[];
  /** How many were placed where memory does not suffice, because it did nowhere. */
  crowded: number;
}

interface Slot {
  node: string;
  free: number;
  students: number;
}

/**
 * Spreads students over nodes: each goes to the node with the fewest students of the class among those whose free memory
 * holds one more, of equals to the one with the most free memory. As long as memory suffices everywhere, the counts of two
 * nodes that began alike differ by at most one. When no node has the memory, all of them count.
 */
export function placeStudents({ nodes, count, memory }: PlacementInput): StudentPlacement {
  const slots = nodes.map(({ node, freeMemory, students }) => ({
    node,
    free: freeMemory ?? Number.POSITIVE_INFINITY,
    students,
  }));
  const placed: string[] = [];
  let crowded = 0;
  while (slots.length > 0 && placed.length < count) {
    const fitting = slots.filter(({ free }) => free >= memory);
    if (fitting.length === 0) crowded += 1;
    const best = chooseSlot(fitting.length > 0 ? fitting : slots);
    best.students += 1;
    best.free -= memory;
    placed.push(best.node);
  }
  return { nodes: placed, crowded };
}

function chooseSlot(slots: readonly Slot[]): Slot {
  return slots.reduce((best, slot) => (comparePlaces(slot, best) < 0 ? slot : best));
}

function comparePlaces(left: Slot, right: Slot): number {
  if (left.students !== right.students) return left.students - right.students;
  if (left.free !== right.free) return right.free - left.free;
  return left.node < right.node ? -1 : 1;
}
