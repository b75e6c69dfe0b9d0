import { readFile } from 'node:fs/promises';

import { HubError, describeError } from '../../src/errors/hub-error.ts';
import { readLine, type RecordedLine } from './line-forms.ts';

/** One recorded exchange, with `index`, its position within its series, counted from 0. */
export type Exchange = RecordedLine & { readonly index: number };

/** The exchanges of one series in the order of the file. */
export interface Series {
  readonly name: string;
  readonly pve: string;
  readonly exchanges: readonly Exchange[];
}

/** A line that is no recorded exchange. */
export interface UnreadLine {
  /** Counted from 1. */
  readonly row: number;
  readonly fault: string;
}

/** What a file of recorded exchanges holds. */
export interface Recording {
  /** By installation and series, both in the order of the file. */
  readonly series: readonly Series[];
  readonly unread: readonly UnreadLine[];
}

/** A recording that cannot be read; the message names the file and what is wrong with it. */
export class RecordingError extends HubError {}

/** Reads a file of recorded exchanges, one JSON object a line. A RecordingError when it holds none at all. */
export async function readRecording(path: string): Promise<Recording> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RecordingError('RECORDING_UNREADABLE', `Cannot read ${path}: ${describeError(cause)}`, {
      cause,
    });
  });
  const recording = parseRecording(text);
  if (recording.series.length > 0) return recording;
  const [first] = recording.unread;
  const reason = first === undefined ? 'it is empty' : describeUnread(first);
  throw new RecordingError('RECORDING_EMPTY', `No line of ${path} is a recorded exchange: ${reason}`);
}

/** `line 3 is not JSON: …`. */
export function describeUnread({ row, fault }: UnreadLine): string {
  return `line ${row} ${fault}`;
}

/** Parses recorded exchanges; lines of another form are set aside. */
export function parseRecording(text: string): Recording {
  const groups = new Map<string, { name: string; pve: string; exchanges: Exchange[] }>();
  const unread: UnreadLine[] = [];
  for (const [place, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const exchange = parseLine(line);
    if (typeof exchange === 'string') {
      unread.push({ row: place + 1, fault: exchange });
      continue;
    }
    const key = `${exchange.pve} ${exchange.series}`;
    const group = groups.get(key) ?? { name: exchange.series, pve: exchange.pve, exchanges: [] };
    group.exchanges.push({ ...exchange, index: group.exchanges.length });
    groups.set(key, group);
  }
  return { series: [...groups.values()], unread };
}

function parseLine(line: string): RecordedLine | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    return `is not JSON: ${describeError(cause)}`;
  }
  const exchange = readLine(value);
  return typeof exchange === 'string' ? `is not a recorded exchange: ${exchange}` : exchange;
}
