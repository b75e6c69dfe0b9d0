import { compareAnswers, readRecorded, type Answer } from './compare.ts';
import { matchAnswers, pairOutcomes } from './burst.ts';
import type { Difference } from './difference.ts';
import { Identities } from './identities.ts';
import { startMachine, type Machine } from './machine.ts';
import type { Exchange, Series } from './recording.ts';
import { announcedUpid, isPromised, requestedUpid } from './scope.ts';
import type { PlacedBurst, PlacedSteps } from './places.ts';
import { runSteps, type StepContext } from './steps.ts';
import { readStart, Timeline } from './timeline.ts';
import { Translation } from './translation.ts';
import type { World } from '../../src/simulator/world.ts';

/** How one exchange went. */
export interface ExchangeResult {
  readonly exchange: Exchange;
  /** `outside`: the endpoint is none of those promised, and the simulator answered 501. */
  readonly outcome: 'matched' | 'different' | 'outside';
  readonly differences: readonly Difference[];
}

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

  constructor(plan: ReplayPlan, machine: Machine) {
    const translation = new Translation();
    const identities = new Identities(plan.series, machine, translation);
    this.#plan = plan;
    this.#context = { machine, translation, identities, series: plan.series, warn: plan.warn };
  }

  async run(): Promise<ExchangeResult[]> {
    const { exchanges } = this.#plan.series;
    const results: ExchangeResult[] = [];
    while (results.length < exchanges.length) {
      const burst = this.#plan.steps.bursts.find((entry) => entry.first === results.length);
      const group = exchanges.slice(results.length, (burst?.last ?? results.length) + 1);
      results.push(...(await this.#replayGroup(group, burst)));
    }
    return results;
  }

  async #replayGroup(group: readonly Exchange[], burst?: PlacedBurst): Promise<ExchangeResult[]> {
    const [first, last] = [group.at(0), group.at(-1)];
    if (first === undefined || last === undefined) return [];
    await runSteps(this.#plan.steps.before.get(first.index) ?? [], this.#context);
    const results = burst === undefined ? [await this.#replayOne(first)] : await this.#replayBurst(group);
    await runSteps(this.#plan.steps.after.get(last.index) ?? [], this.#context);
    if (burst !== undefined) pairOutcomes(group, burst.winners, this.#context);
    return results;
  }

  async #replayOne(exchange: Exchange): Promise<ExchangeResult> {
    const upid = requestedUpid(exchange.request.path);
    if (upid !== undefined && this.#outside.has(upid))
      return { exchange, outcome: 'outside', differences: [] };
    const { machine, translation } = this.#context;
    if (exchange.note.endsWith(': final task status') && upid !== undefined) {
      await runSteps([{ do: 'wait-task', upid: translation.replayedOf(upid) ?? upid }], this.#context);
    }
    await this.#context.identities.prepare(exchange);
    await machine.pause(this.#timeline.pauseBefore(exchange, machine.now()));
    const sent = machine.now();
    const answer = await machine.send(translation.translate(exchange.request), exchange.node);
    await machine.pause(exchange.seconds * 1000 - (machine.now() - sent));
    return this.#judge(exchange, answer);
  }

  /**
   * Requests sent at the same time. A node has three daemons that work on requests, so each begins when that of the
   * third before it was answered.
   */
  async #replayBurst(group: readonly Exchange[]): Promise<ExchangeResult[]> {
    const { machine, translation, identities } = this.#context;
    for (const exchange of group) await identities.prepare(exchange);
    const requests = group.map((exchange, place) => ({
      request: translation.translate(exchange.request),
      address: exchange.node,
      at: (group[place - DAEMONS]?.seconds ?? 0) * 1000,
    }));
    const answers = await machine.sendTogether(requests);
    const matched = matchAnswers(
      group.map((exchange) => readRecorded(exchange.response)),
      answers,
    );
    return group.map((exchange, index) => this.#judge(exchange, matched[index] ?? noAnswer));
  }

  #judge(exchange: Exchange, answer: Answer): ExchangeResult {
    const { translation } = this.#context;
    const recorded = readRecorded(exchange.response);
    if (isOutside(exchange, answer)) {
      const upid = announcedUpid(recorded.body);
      if (upid !== undefined) this.#outside.add(upid);
      return { exchange, outcome: 'outside', differences: [] };
    }
    translation.learn(recorded.body, answer.body);
    const { values } = this.#plan;
    const differences = compareAnswers(recorded, answer, { readName: translation.readName, values });
    return { exchange, outcome: differences.length === 0 ? 'matched' : 'different', differences };
  }
}

/** How many requests a node works on at the same time. */
const DAEMONS = 3;

const noAnswer: Answer = { status: 0, reason: 'no answer', headers: [], body: '', json: false };

/** Outside is what was never promised and is not served, although the real server served it. */
function isOutside(exchange: Exchange, answer: Answer): boolean {
  return !isPromised(exchange.request) && answer.status === 501 && exchange.response.status !== 501;
}
