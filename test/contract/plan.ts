import { readCredentials } from './credentials.ts';
import { makesOf, removeMade, type Makes } from './made.ts';
import { isAlike, placeSteps, type PlacedSteps } from './places.ts';
import type { Exchange, Series } from './recording.ts';
import type { ReplayPlan } from './replay.ts';
import type { SetupBook } from './setup-book.ts';
import type { SeriesSetup, Setup } from './setup.ts';
import { findBursts } from './timeline.ts';
import { buildWorld, guessSetup } from './world.ts';
import type { WorldCluster } from '../../src/simulator/world.ts';

/** What a series is replayed with, as far as setups decide it. */
export type SeriesPlan = Pick<ReplayPlan, 'series' | 'steps' | 'world' | 'addresses'>;

/** Plans a series: with the setup of its version that names it, else with a guess. The first setup counts. */
export function planSeries(series: Series, book: SetupBook): SeriesPlan {
  const setup = book.listFor(series.pve).find((candidate) => Object.hasOwn(candidate.series, series.name));
  const own = setup?.series[series.name];
  if (setup === undefined || own === undefined) return guessPlan(series, book);
  const world = buildWorld(book.pickLayers(setup, own.start));
  return { series, steps: placeSteps(own, series), world, addresses: book.findAddresses(setup) };
}

/**
 * A series that no setup names. When the same was tried in one that is known, its steps are taken, and its start if it
 * is of the same installation. Else it starts with as many layers as have the guests it uses without making them. What
 * the series makes itself is never there at the start.
 */
function guessPlan(series: Series, book: SetupBook): SeriesPlan {
  const makes = makesOf(series);
  const setup = chooseSetup(series, makes, book);
  const sibling = findAlike(series, [setup]);
  const start = sibling?.start ?? chooseLayers(setup, makes, book);
  const world = removeMade(buildWorld(book.pickLayers(setup, start)), makes);
  const alike = sibling ?? findAlike(series, book.all);
  const steps = alike === undefined ? showBursts(series) : placeSteps(alike, series);
  return { series, steps, world, addresses: book.findAddresses(setup) };
}

/** The setup of the version in which the most of the guests and callers that the series takes for given are there. */
function chooseSetup(series: Series, makes: Makes, book: SetupBook): Setup {
  const candidates = book.listFor(series.pve).filter(({ base }) => base.length > 0);
  const users = new Set(series.exchanges.flatMap((exchange) => nameUser(exchange) ?? []));
  const missing = candidates.map((setup) => {
    const { guests, users: known } = listContents(setup, [...setup.base, ...setup.later], book);
    return makes.others.difference(guests).size + users.difference(makes.users).difference(known).size;
  });
  return candidates[missing.indexOf(Math.min(...missing))] ?? guessSetup(series);
}

/** The names of the layers that a series with these guests needs: the base, and of the later ones as few as do. */
function chooseLayers(setup: Setup, { others }: Makes, book: SetupBook): string[] {
  const choices = [...setup.later.keys(), setup.later.length].map((count) => [
    ...setup.base,
    ...setup.later.slice(0, count),
  ]);
  const missing = choices.map((names) => others.difference(listContents(setup, names, book).guests).size);
  return choices[missing.indexOf(Math.min(...missing))] ?? setup.base;
}

interface Contents {
  readonly guests: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
}

function listContents(setup: Setup, names: readonly string[], book: SetupBook): Contents {
  const { clusters } = buildWorld(book.pickLayers(setup, names));
  const list = (read: (cluster: WorldCluster) => string[]): ReadonlySet<string> =>
    new Set(clusters.flatMap(read));
  return {
    guests: list((cluster) => cluster.guests.map((guest) => String(guest.vmid))),
    users: list((cluster) => cluster.users.map((user) => user.id)),
  };
}

function nameUser({ caller, request }: Exchange): string | undefined {
  if (caller !== undefined) return caller.kind === 'nobody' ? undefined : caller.user;
  const { ticket, token } = readCredentials(request);
  return token?.user ?? ticket?.split(':')[1];
}

function findAlike(series: Series, setups: readonly Setup[]): SeriesSetup | undefined {
  return setups.flatMap((setup) => Object.values(setup.series)).find((known) => isAlike(known, series));
}

/** No steps but the bursts that the recording itself shows. */
function showBursts(series: Series): PlacedSteps {
  const bursts = findBursts(series).map(([first, last]) => ({ first, last, winners: [] }));
  return { before: new Map(), after: new Map(), bursts };
}
