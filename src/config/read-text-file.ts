import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { HubError } from '../errors/hub-error.ts';

/** Bytes of the largest file that a setting may name. */
const defaultLimit = 10_000_000;

/**
 * Reads a file that a person named, without the byte order mark that some editors put before it. Throws the system's
 * error when it is not there or may not be read, and a HubError when it is no file (a folder, a pipe that would be
 * waited for, a device without end) or is far too large.
 */
export function readTextFile(file: string, limit: number = defaultLimit): string {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    checkFile(fstatSync(handle), { file, limit });
    return readUpTo(handle, limit)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } finally {
    closeSync(handle);
  }
}

/** What can be looked at before a file is read. */
interface FileFacts {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** Throws a HubError when `file` is none that can be read, or larger than `limit` bytes. */
export function checkFile(facts: FileFacts, { file, limit }: { file: string; limit: number }): void {
  if (facts.isDirectory())
    throw new HubError('NO_FILE', `${file} is a folder, not a file: name the file in it`);
  if (!facts.isFile())
    throw new HubError('NO_FILE', `${file} is a pipe, a socket or a device: write its content into a file`);
  if (facts.size <= limit) return;
  const megabytes = Math.ceil(facts.size / 1_000_000);
  throw new HubError(
    'FILE_TOO_LARGE',
    `${file} has ${megabytes} MB; at most ${limit / 1_000_000} MB are read. Is it the right file?`,
  );
}

/** A file may grow while it is read: what is beyond the limit is left. */
function readUpTo(handle: number, limit: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = limit; left > 0;) {
    const piece = Buffer.alloc(Math.min(left, 65_536));
    const count = readSync(handle, piece);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    left -= count;
  }
  return Buffer.concat(pieces);
}
