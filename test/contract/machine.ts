import type { ControlReport, ControlStepInput } from '../../src/simulator/control.ts';
import { drive } from '../../src/simulator/drive.ts';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import type { WorldInput, WorldTask, WorldToken, WorldUser } from '../../src/simulator/world.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';
import { describeError } from '../../src/errors/hub-error.ts';
import type { Answer } from './compare.ts';
import type { Json } from './json.ts';
import type { RecordedRequest } from './line-forms.ts';

/** What a replay needs of a simulator. */
export type Simulated = Pick<Simulator, 'handle' | 'control' | 'snapshot' | 'close'>;

/** What a machine is built from. */
export interface MachineOptions {
  readonly world: WorldInput;
  /** Epoch milliseconds that its clock starts at. */
  readonly start: number;
  /** Which node listens at an address of the recording. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** A request under way. */
export interface Sent {
  readonly coming: Promise<Answer>;
  /** Undefined until it is there. */
  answer: Answer | undefined;
}

/** Builds a simulator with the world of the options. */
export function startMachine(options: MachineOptions): Machine {
  const clock = new DrivenClock(options.start);
  const simulator = createSimulator({ world: options.world, clock, random: seededRandom(1) });
  return new Machine(simulator, clock, options.addresses);
}

/** A simulated installation in the place of a recorded one. Its time passes only while something is waited for. */
export class Machine {
  readonly #clock: DrivenClock;
  readonly #simulator: Simulated;
  readonly #addresses: Readonly<Record<string, string>>;

  constructor(simulator: Simulated, clock: DrivenClock, addresses: Readonly<Record<string, string>>) {
    this.#simulator = simulator;
    this.#clock = clock;
    this.#addresses = addresses;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Lets time pass, in milliseconds. */
  async pause(ms: number): Promise<void> {
    if (ms > 0) await this.#clock.advance(ms);
  }

  /** Sends a request to the node at this address and waits for its answer, however long that takes there. */
  async send(request: RecordedRequest, address: string): Promise<Answer> {
    return drive(this.#clock, this.#handle(request, address));
  }

  /** Sends a request and waits for its answer so many milliseconds at most: it may come later. */
  async sendFor(patience: number, request: RecordedRequest, address: string): Promise<Sent> {
    const sent: Sent = { coming: this.#handle(request, address), answer: undefined };
    const end = new AbortController();
    await drive(this.#clock, Promise.race([noteAnswer(sent), this.#clock.sleep(patience, end.signal)]));
    end.abort();
    return sent;
  }

  /** Waits for an answer that had not come in time. */
  async receive({ coming }: Sent): Promise<Answer> {
    return drive(this.#clock, coming);
  }

  /** Sends requests at the given moments, in milliseconds from now, without waiting for one before the next. */
  async sendTogether(
    requests: readonly { request: RecordedRequest; address: string; at: number }[],
  ): Promise<Answer[]> {
    const answers = requests.map(async ({ request, address, at }) => {
      await this.#clock.sleep(at);
      return this.#handle(request, address);
    });
    return drive(this.#clock, Promise.all(answers));
  }

  /** Does one step that is no request of a client; the simulator moves the clock itself where the step takes time. */
  control(step: ControlStepInput): Promise<ControlReport> {
    return this.#simulator.control(step);
  }

  user(id: string): WorldUser | undefined {
    return this.#cluster().users.find((user) => user.id === id);
  }

  token(user: string, id: string): WorldToken | undefined {
    return this.#cluster().tokens.find((token) => token.user === user && token.id === id);
  }

  /** Finished tasks of all nodes. */
  tasks(): WorldTask[] {
    return this.#cluster().tasks;
  }

  /** The address that a client uses when it does not matter which node it talks to. */
  get anyAddress(): string {
    return Object.keys(this.#addresses)[0] ?? '';
  }

  async close(): Promise<void> {
    await this.#simulator.close();
  }

  #cluster() {
    const [cluster] = this.#simulator.snapshot().clusters;
    if (cluster === undefined) throw new TypeError('The simulator gave a world without a cluster');
    return cluster;
  }

  /** A recording may name nodes in place of addresses. */
  #findNode(name: string): string | undefined {
    return this.#cluster().nodes.find((node) => node.name === name)?.name;
  }

  async #handle(request: RecordedRequest, address: string): Promise<Answer> {
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
    try {
      const answer = await this.#simulator.handle({
        node: this.#addresses[address] ?? this.#findNode(address),
        method: request.method,
        path: request.path,
        headers: Object.fromEntries(headers),
        body: request.body ?? undefined,
      });
      return readAnswer(answer);
    } catch (error) {
      // A simulator that breaks is a difference in this exchange, not the end of the run.
      return { status: 0, reason: `no answer: ${describeError(error)}`, headers: [], body: '', json: false };
    }
  }
}

async function noteAnswer(sent: Sent): Promise<void> {
  sent.answer = await sent.coming;
}

function readAnswer(answer: {
  status: number;
  reason: string;
  headers: readonly (readonly [string, string])[];
  body: string;
}): Answer {
  const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (!type.startsWith('application/json')) return { ...answer, json: false };
  const body: Json = JSON.parse(answer.body);
  return { ...answer, body, json: true };
}

/** The same sequence in each run (mulberry32), so that a difference can be looked at again. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
