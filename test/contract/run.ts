import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readRecording, type UnreadLine } from './recording.ts';
import { replaySeries } from './replay.ts';
import type { ExchangeResult } from './result.ts';
import { planSeries } from './plan.ts';
import { SetupBook } from './setup-book.ts';
import { readSetups, type Setup } from './setup.ts';

/** What a contract run is about. */
export interface ContractOptions {
  /** File of recorded exchanges. */
  readonly file: string;
  /** A setup file; for what it does not name those of the repository are chosen by version and series. */
  readonly setup?: string;
  /** Only the exchanges of this version of Proxmox VE. */
  readonly pve?: string;
  /** Compares values as well, except arbitrary ones. */
  readonly values?: boolean;
  /** Told about steps of a setup that failed; default: nobody. */
  readonly warn?: (message: string) => void;
}

const SETUPS = join(import.meta.dirname, 'setups');

/** What came of a run. */
export interface ContractRun {
  readonly results: readonly ExchangeResult[];
  /** Lines of the file that are no recorded exchanges. */
  readonly unread: readonly UnreadLine[];
}

/** Replays a file of recorded exchanges against the simulator; series by series, each from its own start. */
export async function runContract(options: ContractOptions): Promise<ContractRun> {
  const { series: recorded, unread } = await readRecording(options.file);
  const given = options.setup === undefined ? [] : await readSetups(options.setup);
  const book = new SetupBook([...given, ...(await readOwnSetups())]);
  const wanted = recorded.filter((series) => options.pve === undefined || series.pve === options.pve);
  const results: ExchangeResult[] = [];
  for (const series of wanted) {
    const warn = (message: string) => options.warn?.(`${series.name}: ${message}`);
    results.push(...(await replaySeries({ ...planSeries(series, book), values: options.values, warn })));
  }
  return { results, unread };
}

/** Reads the setups that belong to the repository. */
export async function readOwnSetups(): Promise<Setup[]> {
  const names = (await readdir(SETUPS)).filter((name) => name.endsWith('.yaml')).sort();
  const setups = await Promise.all(names.map((name) => readSetups(join(SETUPS, name))));
  return setups.flat();
}
