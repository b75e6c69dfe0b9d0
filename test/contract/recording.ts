import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { HubError, describeError } from '../../src/errors/hub-error.ts';

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON value as text: a string as it is, anything else as JSON. */
export function toText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

const requestSchema = z.object({
  method: z.string().min(1),
  /** Path with query, percent-encoded exactly as it was sent. */
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
});

const responseSchema = z.object({
  status: z.number().int(),
  reason: z.string(),
  /** Pairs in their original order; a header may occur twice. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Parsed JSON, or the text itself where the answer was no JSON. */
  body: z.json(),
  /** Only where the answer was no JSON: its exact text, '' for an empty one. */
  raw_body: z.string().optional(),
});

const exchangeSchema = z.object({
  series: z.string().min(1),
  /** Version of Proxmox VE that answered. */
  pve: z.string().min(1),
  /** What was tried. */
  note: z.string(),
  /** Address the request was sent to. */
  node: z.string(),
  /** From opening the connection until the server closed it. */
  seconds: z.number().nonnegative(),
  request: requestSchema,
  response: responseSchema,
});

export type RecordedRequest = z.infer<typeof requestSchema>;
export type RecordedResponse = z.infer<typeof responseSchema>;
/** One recorded exchange, with `index`, its position within its series, counted from 0. */
export type Exchange = z.infer<typeof exchangeSchema> & { readonly index: number };

/** The exchanges of one series in the order of the file. */
export interface Series {
  readonly name: string;
  readonly pve: string;
  readonly exchanges: readonly Exchange[];
}

/** A recording that cannot be read; the message names the line and what is wrong with it. */
export class RecordingError extends HubError {}

/** Reads a file of recorded exchanges, one JSON object a line. */
export async function readRecording(path: string): Promise<Series[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RecordingError('RECORDING_UNREADABLE', `Cannot read ${path}: ${describeError(cause)}`, {
      cause,
    });
  });
  return parseRecording(text);
}

/** Parses recorded exchanges and groups them by installation and series, both in the order of the file. */
export function parseRecording(text: string): Series[] {
  const groups = new Map<string, { name: string; pve: string; exchanges: Exchange[] }>();
  for (const [row, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const exchange = parseLine(line, row + 1);
    const key = `${exchange.pve} ${exchange.series}`;
    const group = groups.get(key) ?? { name: exchange.series, pve: exchange.pve, exchanges: [] };
    group.exchanges.push({ ...exchange, index: group.exchanges.length });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function parseLine(line: string, row: number): z.infer<typeof exchangeSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new RecordingError('RECORDING_LINE', `Line ${row} is not JSON: ${describeError(cause)}`, { cause });
  }
  const parsed = exchangeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = z.prettifyError(parsed.error).replaceAll('\n', ' ');
  throw new RecordingError('RECORDING_LINE', `Line ${row} is not a recorded exchange: ${faults}`);
}
