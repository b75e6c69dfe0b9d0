import { ControlError } from '../../../src/simulator/errors.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import type { Random } from '../../../src/time/clock.ts';
import { confining, drawTrouble, type Trouble } from './troubles.ts';

export interface TroubleOptions {
  random: Random;
  /** Of so many runs one has a trouble, 0 to 1. */
  share: number;
  cluster: string;
  simulator: Pick<Simulator, 'control' | 'state' | 'snapshot'>;
  /** Told when one begins and when it ends: what was refused before may be possible. */
  onChange: () => void;
}

/** Requests of a server within which a trouble begins, and passes for which it lasts at most. */
const latest = 400;
const longest = 3;

/** Lets people make trouble once in a run, at any moment of it, and undo it some passes later. */
export class TroubleMaker {
  readonly #options: TroubleOptions;
  /** Requests until it begins; undefined when there is none in this run, or it has begun. */
  #due: number | undefined;
  #left: number;
  #trouble: Trouble | undefined;
  /** What was done, in words. */
  readonly told: string[] = [];

  constructor(options: TroubleOptions) {
    const { random, share } = options;
    this.#options = options;
    // Every third one is there before the server is.
    const at = random() < 1 / 3 ? 0 : Math.floor(random() * latest);
    this.#due = random() < share ? at : undefined;
    this.#left = 1 + Math.floor(random() * longest);
  }

  /** Whether something is still to be undone. */
  get stands(): boolean {
    return this.#trouble !== undefined;
  }

  /** Whether one kept copies of the original on its node: what was placed meanwhile is not moved. */
  get wasConfined(): boolean {
    return this.told.some((name) => confining.has(name));
  }

  /** Called before the first request, and with each one. */
  async tick(): Promise<void> {
    if (this.#due === undefined) return;
    this.#due -= 1;
    if (this.#due >= 0) return;
    this.#due = undefined;
    const { simulator, random, cluster, onChange } = this.#options;
    const state = simulator.state().clusters.find(({ id }) => id === cluster);
    const definition = simulator.snapshot().clusters.find(({ id }) => id === cluster);
    this.#trouble = state && definition && drawTrouble({ cluster: state, definition, random });
    if (!this.#trouble) return;
    this.told.push(this.#trouble.name);
    onChange();
    await this.#carryOut(this.#trouble.begin);
  }

  /** Called after each pass: in the end everything is as it should be. True when something has just been undone. */
  async passed(): Promise<boolean> {
    // Whoever has not begun by now does not begin any more.
    this.#due = undefined;
    if (!this.#trouble) return false;
    this.#left -= 1;
    if (this.#left > 0) return false;
    const { end } = this.#trouble;
    this.#trouble = undefined;
    this.#options.onChange();
    await this.#carryOut(end);
    return true;
  }

  async #carryOut(steps: Trouble['begin']): Promise<void> {
    for (const step of steps) {
      try {
        await this.#options.simulator.control(step);
      } catch (error) {
        // A guest or a volume may be gone meanwhile: then there is nothing to undo.
        if (!(error instanceof ControlError)) throw error;
      }
    }
  }
}
