import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Mode of the files that are made: for their owner only. */
export const privateFile = 0o600;
/** Mode of the folders that are made. */
export const privateFolder = 0o700;

const othersRead = 0o004;
const othersEnter = 0o001;

/** Whether every user of this machine can read a file: it is readable, and each folder above it can be entered. */
export function isOpenToOthers(file: string): boolean {
  if (process.platform === 'win32' || !hasMode(file, othersRead)) return false;
  let folder = dirname(file);
  while (hasMode(folder, othersEnter)) {
    const above = dirname(folder);
    if (above === folder) return true;
    folder = above;
  }
  return false;
}

/** What is said of such a file. */
export function describeOpenFile(file: string): string {
  return `${file} holds secrets, and every user of this machine can read it: chmod 600 ${file}`;
}

function hasMode(path: string, bits: number): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & bits) === bits;
}
