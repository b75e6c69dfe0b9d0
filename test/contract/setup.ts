import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { HubError, describeError } from '../../src/errors/hub-error.ts';
import { controlStepSchema } from '../../src/simulator/control.ts';

/** An exchange: its position within its series, counted from 0, or its note (the first exchange that has it). */
const placeSchema = z.union([z.int().nonnegative(), z.string().min(1)]);

const stepSchema = z.union([
  /** So many seconds pass. */
  z.strictObject({ pause: z.number().nonnegative() }),
  /** Waits until the task that this exchange announced has ended. */
  z.strictObject({ wait: placeSchema }),
  /** Kills (-9) the worker that this exchange announced. */
  z.strictObject({ kill: placeSchema }),
  /** A request that is not in the recording; `user` (default root@pam) logs in for it, and its task is waited for. */
  z.strictObject({
    request: z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
      /** Below /api2/json, such as `/nodes/pve1/qemu`. */
      path: z.string().startsWith('/'),
      body: z.string().optional(),
      user: z.string().default('root@pam'),
    }),
  }),
  /** Anything that the simulator can be told (see src/simulator/control.ts). */
  controlStepSchema,
]);

/** Steps by exchange; a key of digits is a position, any other a note. */
const stepsSchema = z.record(z.string().min(1), z.array(stepSchema));

const burstSchema = z.strictObject({
  /** First and last exchange that were sent at the same time. */
  exchanges: z.tuple([placeSchema, placeSchema]),
  /**
   * Where chance decided: the exchanges whose tasks ended well, in the order in which they ended. Nothing of it is
   * told to the simulator: it only says which of its own winners stands for which recorded one.
   */
  winners: z.array(placeSchema).default([]),
});

const seriesSchema = z.strictObject({
  /**
   * Layers that make the world at the start, laid one over the other. One that this setup lacks is looked for in others
   * of its version; `<setup>/<layer>` names one of a setup, by its file without the ending.
   */
  start: z.array(z.string()).min(1),
  /** Unrecorded steps just before an exchange is sent. */
  before: stepsSchema.default({}),
  /** Unrecorded steps after an exchange was answered. */
  after: stepsSchema.default({}),
  together: z.array(burstSchema).default([]),
});

/** Part of a cluster of a world file: single values replace, entries of lists are added or replace their namesakes. */
const layerSchema = z.record(z.string(), z.json());

const setupSchema = z.strictObject({
  description: z.string().optional(),
  /** The version of the recordings that this setup is for. */
  pve: z.string(),
  /** Which node listens at an address of the recording; default: those of another setup of the version. */
  addresses: z.record(z.string(), z.string()).default({}),
  /** Whatever is written once and used in several places, by YAML anchors. */
  parts: z.json().optional(),
  layers: z.record(z.string(), layerSchema).default({}),
  /** Layers that a series which is not named below starts with at least; without any, none is guessed with this setup. */
  base: z.array(z.string()).default([]),
  /** Layers that came later, in their order: such a series gets as many as have the guests that it did not make. */
  later: z.array(z.string()).default([]),
  series: z.record(z.string(), seriesSchema).default({}),
});

export type Place = z.output<typeof placeSchema>;
export type Step = z.output<typeof stepSchema>;
export type Burst = z.output<typeof burstSchema>;
export type Layer = z.output<typeof layerSchema>;
/** How one series is replayed. */
export type SeriesSetup = z.output<typeof seriesSchema>;
/** One installation: what it was like at the start of each series, and what was done beside the recorded requests. */
export type Setup = z.output<typeof setupSchema> & {
  /** Name of the file without its ending. */
  readonly name: string;
};

/** A setup that cannot be used; the message names the place and what is wrong with it. */
export class SetupError extends HubError {}

/** Reads and checks a setup file (YAML or JSON): one installation a document. */
export async function readSetups(path: string): Promise<Setup[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SetupError('SETUP_UNREADABLE', `Cannot read the setup ${path}: ${describeError(cause)}`, {
      cause,
    });
  });
  return parseSetups(text, path);
}

/** Checks the text of a setup file; `origin` names it in errors. */
export function parseSetups(text: string, origin: string): Setup[] {
  return parseAllDocuments(text, { merge: true }).map((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new SetupError('SETUP_SYNTAX', `${origin} is not YAML: ${fault.message}`);
    const parsed = setupSchema.safeParse(document.toJS());
    if (parsed.success) return { ...parsed.data, name: basename(origin, extname(origin)) };
    throw new SetupError('SETUP_INVALID', `${origin}:\n${z.prettifyError(parsed.error)}`);
  });
}
