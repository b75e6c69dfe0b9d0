import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { privateFile } from './file-privacy.ts';
import type { KeySource } from './vault.ts';

/** The file with the keys of a SQLite database. */
export function nameKeyFile(databaseFile: string): string {
  return `${databaseFile}.key`;
}

/** Keys of a file, the current one first; it is made when a key is needed. */
export function openKeyFile(file: string): KeySource {
  return {
    read: ({ make }) => {
      const keys = readLines(file);
      if (keys.length > 0 || !make) return keys;
      makeKeyFile(file);
      return readLines(file);
    },
    rotate: () => rotateKeyFile(file),
  };
}

/** Puts a new key before the current one, which stays as the former: a server may still be sealing with it. */
function rotateKeyFile(file: string): void {
  const [current] = readLines(file);
  const beside = writeBeside(file, [makeKey(), ...(current === undefined ? [] : [current])]);
  renameSync(beside, file);
}

/** Of several processes that need one at once, one makes it. */
function makeKeyFile(file: string): void {
  const beside = writeBeside(file, [makeKey()]);
  try {
    linkSync(beside, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(beside);
  }
}

function writeBeside(file: string, keys: readonly string[]): string {
  const beside = `${file}.${randomUUID()}`;
  writeFileSync(beside, `${keys.join('\n')}\n`, { mode: privateFile, flag: 'wx', flush: true });
  return beside;
}

function makeKey(): string {
  return randomBytes(32).toString('base64url');
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\s+/).filter(Boolean);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
