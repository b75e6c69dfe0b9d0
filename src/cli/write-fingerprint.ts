import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readTextFile } from '../config/read-text-file.ts';
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

/**
 * Writes a cluster's fingerprint (a list where its nodes have several) into a clusters file, JSON or YAML, leaving everything else (a YAML file's comments as
 * well) as it is; a symbolic link stays one. False when the file, or the cluster in it, is not there.
 */
export function writeFingerprint(file: string, clusterId: string, fingerprints: readonly string[]): boolean {
  if (!existsSync(file)) return false;
  const text = readTextFile(file);
  const document = parseDocument(text);
  const list = isSeq(document.contents) ? document.contents : document.get('clusters');
  const entries = isSeq(list) ? list.items.filter((item): item is YAMLMap => isMap(item)) : [];
  const entry = entries.find((candidate) => String(candidate.get('id')) === clusterId);
  if (!entry) return false;
  entry.set('fingerprint', fingerprints.length === 1 ? fingerprints[0] : fingerprints);
  const isJson = /^\s*[[{]/.test(text);
  const written = isJson ? `${JSON.stringify(document.toJS(), undefined, 2)}\n` : document.toString();
  replaceFile(realpathSync(file), written);
  return true;
}

/** The new file beside it is always made anew: what lies there may be a link to something else. */
function replaceFile(file: string, text: string): void {
  const beside = `${file}.new`;
  rmSync(beside, { force: true });
  writeFileSync(beside, text, { mode: statSync(file).mode, flag: 'wx' });
  renameSync(beside, file);
}
