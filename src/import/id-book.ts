/** Hands out ids of one table: the old one where it is free, otherwise one above all that were ever used. */
export class IdBook {
  readonly #taken: Set<number>;
  #highest: number;

  /** `taken` are ids of rows in the store, `claimed` old ids that no new row may get by chance. */
  constructor(taken: Iterable<number>, claimed: Iterable<number | null | undefined>) {
    this.#taken = new Set(taken);
    this.#highest = 0;
    for (const id of this.#taken) this.#highest = Math.max(this.#highest, id);
    for (const id of claimed) this.#highest = Math.max(this.#highest, id ?? 0);
  }

  /** True when the id was free; it is taken from now on. */
  keep(id: number | undefined): id is number {
    if (id === undefined || this.#taken.has(id)) return false;
    this.#taken.add(id);
    return true;
  }

  /** An id that nobody has or had. */
  next(): number {
    this.#highest += 1;
    this.#taken.add(this.#highest);
    return this.#highest;
  }

  /** The highest id known, given out or claimed. */
  get highest(): number {
    return this.#highest;
  }
}
