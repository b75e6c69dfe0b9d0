import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readRecording, type Series } from './recording.ts';
import { replaySeries, type ExchangeResult, type ReplayPlan } from './replay.ts';
import { readSetup, type SeriesSetup, type Setup } from './setup.ts';
import { findBursts } from './timeline.ts';
import { buildWorld, guessSetup, pickLayers } from './world.ts';

/** What a contract run is about. */
export interface ContractOptions {
  /** File of recorded exchanges. */
  readonly file: string;
  /** A setup file; without it those that belong to the repository are chosen by version and series. */
  readonly setup?: string;
  /** Only the exchanges of this version of Proxmox VE. */
  readonly pve?: string;
  /** Compares values as well, except arbitrary ones. */
  readonly values?: boolean;
  /** Told about steps of a setup that failed; default: nobody. */
  readonly warn?: (message: string) => void;
}

const SETUPS = join(import.meta.dirname, 'setups');

/** Replays a file of recorded exchanges against the simulator; series by series, each from its own start. */
export async function runContract(options: ContractOptions): Promise<ExchangeResult[]> {
  const recording = await readRecording(options.file);
  const setups = options.setup === undefined ? await readSetups(SETUPS) : [await readSetup(options.setup)];
  const wanted = recording.filter((series) => options.pve === undefined || series.pve === options.pve);
  const results: ExchangeResult[] = [];
  for (const series of wanted) {
    const warn = (message: string) => options.warn?.(`${series.name}: ${message}`);
    results.push(...(await replaySeries({ ...planSeries(series, setups), values: options.values, warn })));
  }
  return results;
}

/** Reads all setups of a folder. */
export async function readSetups(folder: string): Promise<Setup[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(names.map((name) => readSetup(join(folder, name))));
}

/** What a series is replayed with: its own setup, else one for its installation, else a guess. */
export function planSeries(series: Series, setups: readonly Setup[]): Omit<ReplayPlan, 'values' | 'warn'> {
  const fitting = setups.filter((setup) => setup.pve === series.pve);
  const setup =
    fitting.find((candidate) => series.name in candidate.series) ?? fitting[0] ?? guessSetup(series);
  const own = setup.series[series.name] ?? planUnknown(series, setup);
  const world = buildWorld(pickLayers(setup, own.start));
  return { series, setup: own, world, addresses: setup.addresses };
}

/** A series that no setup names starts with guests only when it uses some that it did not make itself. */
function planUnknown(series: Series, setup: Setup): SeriesSetup {
  const start = usesForeignGuests(series) ? setup.furnished : setup.empty;
  const together = findBursts(series).map((exchanges) => ({ exchanges, winners: [] }));
  return { start, before: {}, after: {}, together };
}

function usesForeignGuests(series: Series): boolean {
  const made = new Set<string>();
  return series.exchanges.some(({ request, response }) => {
    for (const [, vmid] of (request.body ?? '').matchAll(/\b(?:vmid|newid)\W+(\d+)/g)) made.add(vmid ?? '');
    const used = /\/qemu\/(\d+)/.exec(request.path)?.[1];
    return used !== undefined && !made.has(used) && response.status === 200;
  });
}
