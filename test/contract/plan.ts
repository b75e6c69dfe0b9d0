import { makesOf, removeMade } from './made.ts';
import { isAlike, placeSteps, type PlacedSteps } from './places.ts';
import type { Series } from './recording.ts';
import type { ReplayPlan } from './replay.ts';
import type { Setup } from './setup.ts';
import { findBursts } from './timeline.ts';
import { buildWorld, guessSetup, pickLayers } from './world.ts';

/** What a series is replayed with, as far as setups decide it. */
export type SeriesPlan = Pick<ReplayPlan, 'series' | 'steps' | 'world' | 'addresses'>;

/** Plans a series: with the setup of its version that names it, else with a guess. The first setup counts. */
export function planSeries(series: Series, setups: readonly Setup[]): SeriesPlan {
  const fitting = setups.filter((setup) => setup.pve === series.pve);
  const setup = fitting.find((candidate) => Object.hasOwn(candidate.series, series.name));
  const own = setup?.series[series.name];
  if (setup === undefined || own === undefined)
    return guessPlan(series, fitting[0] ?? guessSetup(series), setups);
  const world = buildWorld(pickLayers(setup, own.start));
  return { series, steps: placeSteps(own, series), world, addresses: setup.addresses };
}

/**
 * A series that no setup names starts on its installation as it was last known, without what it makes itself; and
 * with nothing on it when it uses no guests but those it makes.
 */
function guessPlan(series: Series, setup: Setup, setups: readonly Setup[]): SeriesPlan {
  const makes = makesOf(series);
  const start = makes.usesOthers ? setup.furnished : setup.empty;
  const world = removeMade(buildWorld(pickLayers(setup, start)), makes);
  return { series, steps: guessSteps(series, setups), world, addresses: setup.addresses };
}

/** The steps of a series in which the same was tried; else only the bursts that the recording itself shows. */
function guessSteps(series: Series, setups: readonly Setup[]): PlacedSteps {
  const known = setups.flatMap((setup) => Object.values(setup.series));
  const alike = known.find((candidate) => isAlike(candidate, series));
  if (alike !== undefined) return placeSteps(alike, series);
  const bursts = findBursts(series).map(([first, last]) => ({ first, last, winners: [] }));
  return { before: new Map(), after: new Map(), bursts };
}
