import { readFile } from 'node:fs/promises';

import { parse } from 'yaml';
import { z } from 'zod';

import { HubError, describeError } from '../../src/errors/hub-error.ts';
import { controlStepSchema } from '../../src/simulator/control.ts';

/** Position of an exchange within its series, counted from 0. */
const position = z.int().nonnegative();

const stepSchema = z.union([
  /** So many seconds pass. */
  z.strictObject({ pause: z.number().nonnegative() }),
  /** Waits until the task that this exchange announced has ended. */
  z.strictObject({ wait: position }),
  /** Kills (-9) the worker that this exchange announced. */
  z.strictObject({ kill: position }),
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

const stepsSchema = z.record(z.string().regex(/^\d+$/), z.array(stepSchema));

const burstSchema = z.strictObject({
  /** First and last exchange that were sent at the same time. */
  exchanges: z.tuple([position, position]),
  /**
   * Where chance decided: the exchanges whose tasks ended well, in the order in which they ended. Nothing of it is
   * told to the simulator: it only says which of its own winners stands for which recorded one.
   */
  winners: z.array(position).default([]),
});

const seriesSchema = z.strictObject({
  /** Layers that make the world at the start, laid one over the other. */
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
  /** Which node listens at an address of the recording. */
  addresses: z.record(z.string(), z.string()),
  layers: z.record(z.string(), layerSchema),
  /** Layers for a series that is not named below and makes the guests it uses. */
  empty: z.array(z.string()).min(1),
  /** Layers for a series that is not named below and uses guests that it did not make. */
  furnished: z.array(z.string()).min(1),
  series: z.record(z.string(), seriesSchema),
});

export type Step = z.output<typeof stepSchema>;
export type Burst = z.output<typeof burstSchema>;
export type Layer = z.output<typeof layerSchema>;
/** How one series is replayed. */
export type SeriesSetup = z.output<typeof seriesSchema>;
/** One installation: what it was like at the start of each series, and what was done beside the recorded requests. */
export type Setup = z.output<typeof setupSchema>;

/** A setup that cannot be used; the message names the place and what is wrong with it. */
export class SetupError extends HubError {}

/** Reads and checks a setup file (YAML or JSON). */
export async function readSetup(path: string): Promise<Setup> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SetupError('SETUP_UNREADABLE', `Cannot read the setup ${path}: ${describeError(cause)}`, {
      cause,
    });
  });
  return parseSetup(text, path);
}

/** Checks the text of a setup; `origin` names it in errors. */
export function parseSetup(text: string, origin: string): Setup {
  let value: unknown;
  try {
    value = parse(text, { merge: true });
  } catch (cause) {
    throw new SetupError('SETUP_SYNTAX', `${origin} is not YAML: ${describeError(cause)}`, { cause });
  }
  const parsed = setupSchema.safeParse(value);
  if (!parsed.success) throw new SetupError('SETUP_INVALID', `${origin}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
