import { parseDuration } from '../config/fields.ts';
import { InvalidArgumentError, type Command } from 'commander';

/** Adds `--cluster`, `--vmid` and `--node`. */
export function addRequestOptions(command: Command): Command {
  return command
    .option('--cluster <id>', 'only this cluster')
    .option('--vmid <number...>', 'only originals with these VMIDs', collectVmids)
    .option('--node <name...>', 'only to these nodes');
}

/** VMIDs of the command line, one after the other. */
export function collectVmids(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), readVmid(text)];
}

/** A VMID of the command line. */
export function readVmid(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a VMID: a whole number.');
}

/** A port of the command line. */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

/** A duration of the command line, in milliseconds. */
export function readDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined && duration > 0) return duration;
  throw new InvalidArgumentError('It must be a duration such as 90s, 5m or 1h30m.');
}

/** A count or the number of a run or class on the command line. */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
