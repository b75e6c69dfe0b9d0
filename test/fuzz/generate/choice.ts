import type { Random } from '../../../src/time/clock.ts';

/** Choices that follow from a seed alone: the same seed makes the same choices. */
export interface Choice {
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of these. @throws {RangeError} when there are none. */
  pick<Item>(items: readonly Item[]): Item;
  /** Each of these with this probability, in their order. */
  some<Item>(items: readonly Item[], probability: number): Item[];
}

/** Makes choices out of a seed. */
export function createChoice(seed: number): Choice {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => random() < probability,
    pick: (items) => {
      const picked = items[below(items.length)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
    some: (items, probability) => items.filter(() => random() < probability),
  };
}

/** Mulberry32: small, fast and even enough to pick test cases. */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
