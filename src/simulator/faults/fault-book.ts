import type { Fault, FaultKind } from '../control/fault.ts';

type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

interface Entry {
  readonly id: string;
  readonly fault: Fault;
  left: number;
}

/** What is wrong with a cluster at present. */
export class FaultBook {
  #entries: readonly Entry[] = [];
  #made = 0;

  /** Turns a fault on and names it; another one of the same name is replaced. */
  turnOn(fault: Fault, id?: string): string {
    this.#made += 1;
    const name = id ?? `fault-${this.#made}`;
    const times = 'times' in fault ? fault.times : undefined;
    this.turnOff({ id: name });
    this.#entries = [...this.#entries, { id: name, fault, left: times ?? Number.POSITIVE_INFINITY }];
    return name;
  }

  /** Turns off by name, by kind, or everything; returns what was turned off. */
  turnOff(which: { readonly id?: string | undefined; readonly kind?: string | undefined } = {}): Fault[] {
    const isMeant = (entry: Entry): boolean =>
      (which.id === undefined || entry.id === which.id) &&
      (which.kind === undefined || entry.fault.kind === which.kind);
    const gone = this.#entries.filter(isMeant);
    this.#entries = this.#entries.filter((entry) => !isMeant(entry));
    return gone.map((entry) => entry.fault);
  }

  list(): { readonly id: string; readonly fault: Fault }[] {
    return this.#entries.map(({ id, fault }) => ({ id, fault }));
  }

  /** The first fault of the kind that fits, without using it up. */
  find<K extends FaultKind>(
    kind: K,
    fits: (fault: FaultOf<K>) => boolean = () => true,
  ): FaultOf<K> | undefined {
    return this.#findEntry(kind, fits)?.fault;
  }

  /** Like `find`, and counts: a fault that has struck `times` times is over. */
  strike<K extends FaultKind>(
    kind: K,
    fits: (fault: FaultOf<K>) => boolean = () => true,
  ): FaultOf<K> | undefined {
    const found = this.#findEntry(kind, fits);
    if (!found) return undefined;
    found.entry.left -= 1;
    if (found.entry.left <= 0) this.turnOff({ id: found.entry.id });
    return found.fault;
  }

  #findEntry<K extends FaultKind>(
    kind: K,
    fits: (fault: FaultOf<K>) => boolean,
  ): { readonly entry: Entry; readonly fault: FaultOf<K> } | undefined {
    for (const entry of this.#entries) {
      const { fault } = entry;
      if (isKind(fault, kind) && fits(fault)) return { entry, fault };
    }
    return undefined;
  }
}

function isKind<K extends FaultKind>(fault: Fault, kind: K): fault is FaultOf<K> {
  return fault.kind === kind;
}
