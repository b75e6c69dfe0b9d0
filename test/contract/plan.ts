import { makesOf, removeMade } from './made.ts';
import { isAlike, placeSteps, type PlacedSteps } from './places.ts';
import type { Series } from './recording.ts';
import type { ReplayPlan } from './replay.ts';
import type { SeriesSetup, Setup } from './setup.ts';
import { findBursts } from './timeline.ts';
import { buildWorld, chooseLayers, guessSetup, pickLayers } from './world.ts';

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
 * A series that no setup names. When the same was tried in one that is known, its steps are taken, and its start if it
 * is of the same installation. Else it starts with as many layers as have the guests it uses without making them. What
 * the series makes itself is never there at the start.
 */
function guessPlan(series: Series, setup: Setup, setups: readonly Setup[]): SeriesPlan {
  const makes = makesOf(series);
  const sibling = findAlike(series, [setup]);
  const start = sibling?.start ?? chooseLayers(setup, makes.others);
  const world = removeMade(buildWorld(pickLayers(setup, start)), makes);
  const alike = sibling ?? findAlike(series, setups);
  const steps = alike === undefined ? showBursts(series) : placeSteps(alike, series);
  return { series, steps, world, addresses: setup.addresses };
}

function findAlike(series: Series, setups: readonly Setup[]): SeriesSetup | undefined {
  return setups.flatMap((setup) => Object.values(setup.series)).find((known) => isAlike(known, series));
}

/** No steps but the bursts that the recording itself shows. */
function showBursts(series: Series): PlacedSteps {
  const bursts = findBursts(series).map(([first, last]) => ({ first, last, winners: [] }));
  return { before: new Map(), after: new Map(), bursts };
}
