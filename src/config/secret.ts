import { inspect } from 'node:util';

const shown = '***';

/** A password or token that shows itself to nobody by accident: texts, JSON and logs of it read `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: only for the place that must send or compare it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
