import { extname } from 'node:path';
import { z } from 'zod';
import { describeError } from '../errors/hub-error.ts';
import { clusterEntryKeys } from './cluster-entry.ts';
import type { ConfigFault } from './config-error.ts';
import { findDoubleKeys, parseJsonText, parseYamlText } from './parse-clusters.ts';
import { readTextFile } from './read-text-file.ts';

/** What a clusters file holds, not yet checked entry by entry; undefined when it is absent or unreadable. */
export type RawEntries = readonly unknown[] | undefined;

/**
 * Reads a clusters file: an array of entries, or `{ clusters: [...] }`, as JSON or (`.yaml`, `.yml`) YAML. A missing
 * file is a fault only where it is `required`.
 */
export function readClustersFile(
  options: { file: string; required: boolean },
  faults: ConfigFault[],
): RawEntries {
  const text = readText(options, faults);
  if (text === undefined) return undefined;
  const isYaml = /^\.ya?ml$/i.test(extname(options.file));
  const parsed = isYaml ? parseYamlText(text) : parseJsonText(text);
  if ('fault' in parsed) {
    faults.push({ where: options.file, message: parsed.fault });
    return undefined;
  }
  faults.push(...describeDoubles(text, options.file));
  return pickEntries(parsed.content, options.file, faults);
}

function describeDoubles(text: string, file: string): ConfigFault[] {
  return findDoubleKeys(text).map(({ line, offset }) => {
    const key = /^["']?([\w-]+)/.exec(text.slice(offset))?.[1] ?? '';
    const name = isKnownKey(key) ? `the key "${key}"` : 'a key';
    return { where: file, message: `line ${line}: ${name} stands there twice` };
  });
}

/** What is no key of ours may be a password that slipped out of its place. */
function isKnownKey(key: string): boolean {
  return clusterEntryKeys.includes(key);
}

function readText(options: { file: string; required: boolean }, faults: ConfigFault[]): string | undefined {
  try {
    return readTextFile(options.file);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !options.required) return undefined;
    const message = isMissing ? 'does not exist; write it, or correct CLUSTERS_FILE' : describeError(error);
    faults.push({ where: options.file, message });
    return undefined;
  }
}

function pickEntries(content: unknown, file: string, faults: ConfigFault[]): RawEntries {
  const list = z
    .union([z.array(z.unknown()), z.object({ clusters: z.array(z.unknown()) })])
    .safeParse(content);
  if (list.success) return Array.isArray(list.data) ? list.data : list.data.clusters;
  faults.push({ where: file, message: 'must be a list of clusters: [{"id": …, "name": …, "host": …}, …]' });
  return undefined;
}
