import { compareAnswers, readRecorded, type Answer } from './compare.ts';
import { matchAnswers, pairOutcomes } from './burst.ts';
import { markFollowing } from './following.ts';
import { Identities } from './identities.ts';
import { startMachine, type Machine, type Sent } from './machine.ts';
import type { RecordedRequest } from './line-forms.ts';
import type { Exchange, Series } from './recording.ts';
import type { ExchangeResult } from './result.ts';
import { announcedUpid, isPromised, requestedUpid } from './scope.ts';
import type { PlacedBurst, PlacedSteps } from './places.ts';
import { runSteps, type StepContext } from './steps.ts';
import { readStart, Timeline } from './timeline.ts';
import { Translation } from './translation.ts';
import type { World } from '../../src/simulator/world.ts';

/** All that one series is replayed with. */
export interface ReplayPlan {
  readonly series: Series;
  readonly steps: PlacedSteps;
  readonly world: World;
  readonly addresses: Readonly<Record<string, string>>;
  /** Compares values as well; see `BodyOptions.values`. */
  readonly values?: boolean;
  /** Told what could not be done beside the exchanges. */
  readonly warn: (message: string) => void;
}

/** Replays a series against a fresh simulator, and compares answer by answer. */
export async function replaySeries(plan: ReplayPlan, start = startMachine): Promise<ExchangeResult[]> {
  const { world, addresses, series } = plan;
  const machine = start({ world, addresses, start: readStart(series) });
  try {
    return await new Replay(plan, machine).run();
  } finally {
    await machine.close();
  }
}

class Replay {
  readonly #plan: ReplayPlan;
  readonly #context: StepContext;
  readonly #timeline = new Timeline();
  /** Tasks of exchanges outside the scope: what asks for them is outside as well. */
  readonly #outside = new Set<string>();
  /** Requests whose answers were not there in time: the rest does not wait for them. */
  readonly #late = new Map<Exchange, Sent>();
  readonly #results = new Map<Exchange, ExchangeResult>();

  constructor(plan: ReplayPlan, machine: Machine) {
    const translation = new Translation();
    const identities = new Identities(plan.series, machine, translation);
    this.#plan = plan;
    this.#context = { machine, translation, identities, series: plan.series, warn: plan.warn };
  }

  async run(): Promise<ExchangeResult[]> {
    const { exchanges } = this.#plan.series;
    for (let next = 0; next < exchanges.length;) {
      const burst = this.#plan.steps.bursts.find((entry) => entry.first === next);
      const group = exchanges.slice(next, (burst?.last ?? next) + 1);
      await this.#replayGroup(group, burst);
      next += group.length;
    }
    for (const exchange of this.#late.keys()) await this.#receive(exchange);
    return markFollowing(exchanges.flatMap((exchange) => this.#results.get(exchange) ?? []));
  }

  async #replayGroup(group: readonly Exchange[], burst?: PlacedBurst): Promise<void> {
    const [first, last] = [group.at(0), group.at(-1)];
    if (first === undefined || last === undefined) return;
    await runSteps(this.#plan.steps.before.get(first.index) ?? [], this.#context);
    await (burst === undefined ? this.#replayOne(first) : this.#replayBurst(group));
    await runSteps(this.#plan.steps.after.get(last.index) ?? [], this.#context);
    if (burst !== undefined) pairOutcomes(group, burst.winners, this.#context);
  }

  async #replayOne(exchange: Exchange): Promise<void> {
    const upid = requestedUpid(exchange.request.path);
    if (upid !== undefined && this.#outside.has(upid)) return this.#leaveOut(exchange);
    await this.#collectLate(upid);
    const { machine, translation, identities } = this.#context;
    if (exchange.note.endsWith(': final task status') && upid !== undefined) {
      await runSteps([{ do: 'wait-task', upid: translation.replayedOf(upid) ?? upid }], this.#context);
    }
    const request = await identities.complete(exchange);
    await machine.pause(this.#timeline.pauseBefore(exchange, machine.now()));
    const began = machine.now();
    const taken = exchange.seconds * 1000;
    const sent = await machine.sendFor(taken + PATIENCE, translation.translate(request), exchange.node);
    await machine.pause(taken - (machine.now() - began));
    if (sent.answer === undefined) this.#late.set(exchange, sent);
    else this.#judge(exchange, sent.answer);
  }

  /** Judges what has arrived meanwhile, and waits for the answer that announces this task, which is asked about now. */
  async #collectLate(upid: string | undefined): Promise<void> {
    for (const [exchange, { answer }] of this.#late) {
      const isNeeded = upid !== undefined && announcedUpid(exchange.response.body) === upid;
      if (answer !== undefined || isNeeded) await this.#receive(exchange);
    }
  }

  async #receive(exchange: Exchange): Promise<void> {
    const sent = this.#late.get(exchange);
    if (sent === undefined) return;
    this.#judge(exchange, await this.#context.machine.receive(sent));
    this.#late.delete(exchange);
  }

  /**
   * Requests sent at the same time. A node has three daemons that work on requests, so each begins when that of the
   * third before it was answered.
   */
  async #replayBurst(group: readonly Exchange[]): Promise<void> {
    const { machine, translation, identities } = this.#context;
    const completed: RecordedRequest[] = [];
    for (const exchange of group) completed.push(await identities.complete(exchange));
    const requests = group.map((exchange, place) => ({
      request: translation.translate(completed[place] ?? exchange.request),
      address: exchange.node,
      at: (group[place - DAEMONS]?.seconds ?? 0) * 1000,
    }));
    const answers = await machine.sendTogether(requests);
    const matched = matchAnswers(
      group.map((exchange) => readRecorded(exchange.response)),
      answers,
    );
    for (const [index, exchange] of group.entries()) this.#judge(exchange, matched[index] ?? noAnswer);
  }

  #judge(exchange: Exchange, answer: Answer): void {
    const { translation } = this.#context;
    const recorded = readRecorded(exchange.response);
    if (isOutside(exchange, answer)) {
      const upid = announcedUpid(recorded.body);
      if (upid !== undefined) this.#outside.add(upid);
      return this.#leaveOut(exchange);
    }
    translation.learn(recorded.body, answer.body);
    const { values } = this.#plan;
    const differences = compareAnswers(recorded, answer, { readName: translation.readName, values });
    const outcome = differences.length === 0 ? 'matched' : 'different';
    this.#results.set(exchange, { exchange, outcome, differences });
  }

  #leaveOut(exchange: Exchange): void {
    this.#results.set(exchange, { exchange, outcome: 'outside', differences: [] });
  }
}

/** How many requests a node works on at the same time. */
const DAEMONS = 3;

/** Milliseconds that an answer may come later than the recorded one before the next request is sent all the same. */
const PATIENCE = 1000;

const noAnswer: Answer = { status: 0, reason: 'no answer', headers: [], body: '', json: false };

/** Outside is what was never promised and is not served, although the real server served it. */
function isOutside(exchange: Exchange, answer: Answer): boolean {
  return !isPromised(exchange.request) && answer.status === 501 && exchange.response.status !== 501;
}
