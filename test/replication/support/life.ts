import type { Transport } from '../../../src/proxmox/http/transport.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Clock } from '../../../src/time/clock.ts';
import { watchStore } from './watched-store.ts';

/** Thrown inside a transaction of a killed server, so that the database rolls it back. */
class Killed extends Error {}

/**
 * One life of a server in this process: everything it does to the world outside passes here, so that it can be ended
 * between any two of them. After that nothing it began comes back, and nothing it still wants to do happens.
 */
export class Life {
  /** How many points at which the server could be killed it has passed. */
  passed = 0;
  /** Names of the points passed, where they are recorded. */
  readonly points: string[] = [];
  /** Where in the product's code each point was passed, innermost first; only when `locate` is set. */
  readonly sites: string[] = [];
  locate = false;
  /** Operations on the store that are under way. */
  pending = 0;
  #killed = false;
  #stalledUntil: number | undefined;
  readonly #killAt: KillPoint | undefined;
  readonly #stall: Stall | undefined;

  /** @param killAt where to die; default nowhere. @param stall where to stand still for a while. */
  constructor(killAt?: KillPoint, stall?: Stall) {
    this.#killAt = killAt;
    this.#stall = stall;
  }

  get killed(): boolean {
    return this.#killed;
  }

  kill(): void {
    this.#killed = true;
  }

  /** A place where the server waits for the world: it may die here. */
  async pass(name: string): Promise<void> {
    if (!this.#killed) this.#count(name);
    if (this.#killed) await never();
    if (this.#stall !== undefined && this.passed >= this.#stall.from) await this.#standStill(this.#stall);
  }

  /** As if the machine had been suspended: whoever comes to a point in the meantime stands still until its end. */
  async #standStill({ clock, ms }: Stall): Promise<void> {
    this.#stalledUntil ??= clock.now() + ms;
    const left = this.#stalledUntil - clock.now();
    if (left > 0) await clock.sleep(left);
  }

  watchStore(store: Store): Store {
    return watchStore(store, {
      run: (name, operation, inside) =>
        inside ? this.#runInside(name, operation) : this.#run(name, operation),
    });
  }

  watchTransport(transport: Transport): Transport {
    return async (request) => {
      const name = `${request.method} ${request.path.replace(/\?.*/, '')}`;
      await this.pass(`before ${name}`);
      try {
        return await transport(request);
      } finally {
        await this.pass(`after ${name}`);
      }
    };
  }

  watchClock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: async (ms, signal) => {
        if (this.#killed) await never();
        try {
          await clock.sleep(ms, signal);
        } finally {
          await this.pass('sleep');
        }
      },
    };
  }

  async #run<Result>(name: string, operation: () => Promise<Result>): Promise<Result> {
    await this.pass(`before ${name}`);
    this.pending += 1;
    try {
      return await operation();
    } finally {
      this.pending -= 1;
      await this.pass(`after ${name}`);
    }
  }

  /** Within a transaction a promise that never resolves would hold the database for ever. */
  async #runInside<Result>(name: string, operation: () => Promise<Result>): Promise<Result> {
    if (!this.#killed) this.#count(`inside ${name}`);
    if (this.#killed) throw new Killed(name);
    return operation();
  }

  #count(name: string): void {
    this.passed += 1;
    this.points.push(name);
    const kill = this.#killAt;
    const site = this.locate || kill?.site !== undefined ? describeSite(name) : '';
    if (this.locate) this.sites.push(site);
    if (kill !== undefined && this.passed >= (kill.point ?? 1) && (kill.site ?? site) === site)
      this.#killed = true;
  }
}

/** Which point of a life is its last: the `point`-th (from 1), and with `site` the first there or after it. */
export interface KillPoint {
  point?: number;
  /** As a located life notes it. */
  site?: string;
}

/** A life stands still at its `from`-th point for so many milliseconds of the clock. */
export interface Stall {
  from: number;
  ms: number;
  clock: Clock;
}

/** The lines of the product that wait for this, by the stack: an await has the same ones whenever it is passed. */
function describeSite(name: string): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const stack = new Error('where').stack ?? '';
  Error.stackTraceLimit = limit;
  const lines = stack.matchAll(/\/src\/((?:replication|inventory|classes)\/[\w/.-]+:\d+)/g);
  return [name.replace(/ .*/, ''), ...[...lines].map(([, line]) => line)].join(' < ');
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
