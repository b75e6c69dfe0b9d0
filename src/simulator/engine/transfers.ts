/** A disk or a link that several copies may use at once: they share its bandwidth evenly. */
export interface Channel {
  readonly name: string;
  /** Bytes per second. */
  readonly bandwidth: number;
}

/** Bytes on their way. Each copy gets, on every channel it uses, that channel's bandwidth divided by its copies. */
export class Transfers {
  readonly #users = new Map<string, number>();

  /** Books a copy on its channels until the returned function is called. */
  begin(channels: readonly Channel[]): () => void {
    this.#add(channels, 1);
    return () => this.#add(channels, -1);
  }

  /** What one copy on these channels gets at present. Bytes per second. */
  rate(channels: readonly Channel[]): number {
    return Math.min(
      ...channels.map(({ name, bandwidth }) => bandwidth / Math.max(1, this.#users.get(name) ?? 1)),
    );
  }

  #add(channels: readonly Channel[], change: number): void {
    for (const { name } of channels) {
      const users = (this.#users.get(name) ?? 0) + change;
      if (users > 0) this.#users.set(name, users);
      else this.#users.delete(name);
    }
  }
}
