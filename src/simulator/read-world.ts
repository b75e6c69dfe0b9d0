import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeError } from '../errors/hub-error.ts';
import { ControlError } from './errors.ts';
import { type World, worldSchema } from './world.ts';

/** Reads a world from a YAML or JSON file; all its mistakes are told at once. */
export async function readWorld(path: string | URL): Promise<World> {
  return parseWorld(await readFile(path, 'utf8'), String(path));
}

/** Reads a world from text; `name` stands for it in messages. Raises ControlError. */
export function parseWorld(text: string, name: string): World {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new ControlError(`${name} is neither YAML nor JSON: ${describeError(error)}`);
  }
  const world = worldSchema.safeParse(value);
  if (world.success) return world.data;
  throw new ControlError(`${name} is no valid world:\n${z.prettifyError(world.error)}`);
}

/** The worlds that come along, by name: `demo`, `small`, `classroom`, `32-nodes`. */
export function findWorld(name: string): URL {
  return new URL(`./worlds/${name}.yaml`, import.meta.url);
}
