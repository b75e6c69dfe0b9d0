/** Remembers what came lately, between `size` and twice as many of them, without a look at each that is forgotten. */
export class RecentKeys {
  readonly #size: number;
  #recent = new Set<string>();
  #older = new Set<string>();

  constructor(size: number) {
    this.#size = size;
  }

  has(key: string): boolean {
    return this.#recent.has(key) || this.#older.has(key);
  }

  add(key: string): void {
    if (this.#recent.size >= this.#size) {
      this.#older = this.#recent;
      this.#recent = new Set();
    }
    this.#recent.add(key);
  }
}
