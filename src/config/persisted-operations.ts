import { resolve } from 'node:path';
import { z } from 'zod';
import { describeError } from '../errors/hub-error.ts';
import type { PersistedOperations } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import { readTextFile } from './read-text-file.ts';
import type { Settings } from './environment.ts';

const fileSchema = z.record(z.string().min(1), z.string().min(1));

/** Reads the file of persisted operations, a JSON object of documents by name, where one is set. */
export function readPersistedOperations(
  settings: Settings,
  reading: { readonly folder: string; readonly faults: ConfigFault[] },
): PersistedOperations | undefined {
  const { PERSISTED_OPERATIONS: file, PERSISTED_ONLY: only } = settings;
  if (file === undefined) return undefined;
  try {
    const documents = fileSchema.parse(JSON.parse(readTextFile(resolve(reading.folder, file))));
    return { documents: new Map(Object.entries(documents)), only };
  } catch (error) {
    const why =
      error instanceof z.ZodError ? 'it must be a JSON object of documents by name' : describeError(error);
    reading.faults.push({ where: 'PERSISTED_OPERATIONS', message: `${file} cannot be used: ${why}` });
    return undefined;
  }
}
