import { compareAnswers, type Answer } from './compare.ts';
import type { Machine } from './machine.ts';
import type { Exchange } from './recording.ts';
import { announcedUpid } from './scope.ts';
import type { Translation } from './translation.ts';

/**
 * Puts the answers to requests sent at the same time into the order of the recorded ones: chance decided who was
 * first, so they are compared as multisets. An answer without an equal stays with those that are left, in order.
 */
export function matchAnswers(recorded: readonly Answer[], replayed: readonly Answer[]): Answer[] {
  const left = [...replayed.keys()];
  const takeEqual = (answer: Answer, place: number) => {
    const isEqual = (index: number) => {
      const other = replayed[index];
      return other !== undefined && compareAnswers(answer, other, {}).length === 0;
    };
    const found = left.includes(place) && isEqual(place) ? place : left.find(isEqual);
    if (found !== undefined) left.splice(left.indexOf(found), 1);
    return found;
  };
  const equals = recorded.map(takeEqual);
  return equals.flatMap((index) => replayed[index ?? left.shift() ?? replayed.length] ?? []);
}

interface Racer {
  /** Position of the exchange in its series. */
  readonly index: number;
  /** The UPID that was recorded, and the one of the replay. */
  readonly recorded: string;
  readonly replayed: string;
  /** The new guest's id, where the request names one. */
  readonly guest?: string;
}

/**
 * After a race: the recording's winners (positions, in the order in which they ended) are paired with the replay's,
 * the losers with the losers, so that what is asked about one later is asked about one that fared alike.
 */
export function pairOutcomes(
  group: readonly Exchange[],
  winners: readonly number[],
  { machine, translation }: { machine: Machine; translation: Translation },
): void {
  if (winners.length === 0) return;
  const racers = group.flatMap((exchange) => readRacer(exchange, translation));
  const ends = new Map(machine.tasks().map((task) => [task.upid, task]));
  const won = racers.filter((racer) => ends.get(racer.replayed)?.exitStatus === 'OK');
  won.sort((a, b) => (ends.get(a.replayed)?.endTime ?? 0) - (ends.get(b.replayed)?.endTime ?? 0));
  const recordedWinners = winners.flatMap((index) => racers.find((racer) => racer.index === index) ?? []);
  const old = [...recordedWinners, ...racers.filter((racer) => !winners.includes(racer.index))];
  const now = [...won, ...racers.filter((racer) => !won.includes(racer))];
  for (const [place, racer] of old.entries()) {
    const other = now[place];
    if (other === undefined) continue;
    translation.put(racer.recorded, other.replayed);
    if (racer.guest !== undefined && other.guest !== undefined)
      translation.putGuest(racer.guest, other.guest);
  }
}

function readRacer(exchange: Exchange, translation: Translation): Racer[] {
  const recorded = announcedUpid(exchange.response.body);
  const replayed = recorded === undefined ? undefined : translation.replayedOf(recorded);
  if (recorded === undefined || replayed === undefined) return [];
  const guest = /\bnewid=(\d+)/.exec(exchange.request.body ?? '')?.[1];
  return [{ index: exchange.index, recorded, replayed, guest }];
}
