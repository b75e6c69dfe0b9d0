import type { Series } from './recording.ts';
import { SetupError, type Place, type SeriesSetup, type Step } from './setup.ts';

/** Requests that were sent at the same time, by position. */
export interface PlacedBurst {
  readonly first: number;
  readonly last: number;
  readonly winners: readonly number[];
}

/** The unrecorded steps of a series, each at the position of an exchange. */
export interface PlacedSteps {
  readonly before: ReadonlyMap<number, readonly Step[]>;
  readonly after: ReadonlyMap<number, readonly Step[]>;
  readonly bursts: readonly PlacedBurst[];
}

/** The position of the exchange that a setup names; undefined when the series has none. */
export function findPlace(series: Series, place: Place): number | undefined {
  if (typeof place === 'number') return place < series.exchanges.length ? place : undefined;
  const index = series.exchanges.findIndex((exchange) => exchange.note === place);
  return index < 0 ? undefined : index;
}

/** Finds the exchanges that a setup names in a series; a SetupError names one that is not there. */
export function placeSteps(setup: SeriesSetup, series: Series): PlacedSteps {
  const place = (name: Place): number => {
    const index = findPlace(series, name);
    if (index !== undefined) return index;
    throw new SetupError('SETUP_PLACE', `Series ${series.name} has no exchange ${JSON.stringify(name)}`);
  };
  const placeAll = (steps: SeriesSetup['before']) =>
    new Map(Object.entries(steps).map(([key, list]) => [place(readKey(key)), list]));
  const bursts = setup.together.map(({ exchanges: [first, last], winners }) => ({
    first: place(first),
    last: place(last),
    winners: winners.map(place),
  }));
  return { before: placeAll(setup.before), after: placeAll(setup.after), bursts };
}

/**
 * Whether the steps of a setup can be those of another series: it names exchanges by their notes alone, and the series
 * has all of them, because the same was tried there.
 */
export function isAlike(setup: SeriesSetup, series: Series): boolean {
  const bursts = setup.together.flatMap(({ exchanges, winners }) => [...exchanges, ...winners]);
  const keys = [...Object.keys(setup.before), ...Object.keys(setup.after)].map(readKey);
  const places = [...keys, ...bursts].filter((place) => place !== 0);
  return (
    places.length > 0 &&
    places.every((place) => typeof place === 'string' && findPlace(series, place) !== undefined)
  );
}

function readKey(key: string): Place {
  return /^\d+$/.test(key) ? Number(key) : key;
}
