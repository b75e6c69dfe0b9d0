import { splitList } from '../engine/text-list.ts';

/** A parameter as it came: form text, JSON value, or several values of one name. */
export type RawValue = string | number | boolean | readonly string[];
export type RawParameters = ReadonlyMap<string, RawValue>;

/** Checked parameters of a call. */
export class Parameters {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A parameter that the schema demands. */
  require(name: string): string {
    return this.#values.get(name) ?? '';
  }

  integer(name: string): number | undefined {
    const text = this.#values.get(name);
    return text === undefined ? undefined : Number(text);
  }

  requireInteger(name: string): number {
    return Number(this.require(name));
  }

  flag(name: string): boolean | undefined {
    const text = this.#values.get(name);
    return text === undefined ? undefined : text === '1';
  }

  /** Items of a list; empty when it was not given. */
  list(name: string): string[] {
    return splitList(this.#values.get(name) ?? '');
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Everything that was given, in order. */
  entries(): [string, string][] {
    return [...this.#values];
  }
}
