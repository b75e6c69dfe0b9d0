import { extname } from 'node:path';
import { LineCounter, parse as parseYaml, parseDocument } from 'yaml';
import { z } from 'zod';
import { describeError } from '../errors/hub-error.ts';
import type { ConfigFault } from './config-error.ts';
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
  try {
    const content: unknown = isYaml ? parseYaml(text, { uniqueKeys: false }) : JSON.parse(text);
    faults.push(...findDoubleKeys(text, options.file));
    return pickEntries(content, options.file, faults);
  } catch (error) {
    const form = isYaml ? 'YAML' : 'JSON';
    faults.push({ where: options.file, message: `is not ${form}: ${describeError(error)}` });
    return undefined;
  }
}

/** Keys that stand twice in one place: both parsers would take the last one and say nothing. JSON is YAML, too. */
function findDoubleKeys(text: string, file: string): ConfigFault[] {
  const lines = new LineCounter();
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ pos: [start] }) => {
      const key = /^["']?([\w-]+)/.exec(text.slice(start))?.[1] ?? '';
      return {
        where: file,
        message: `line ${lines.linePos(start).line}: the key "${key}" stands there twice`,
      };
    });
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
