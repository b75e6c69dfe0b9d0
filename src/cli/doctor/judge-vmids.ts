import type { Check } from './check.ts';

/** A range of VMIDs, both ends included. */
export interface VmidRange {
  readonly first: number;
  readonly last: number;
}

/** The range that replicas get their VMIDs from, against those that are taken. */
export function judgeVmids(range: VmidRange, taken: readonly number[]): Check {
  const used = taken.filter((vmid) => vmid >= range.first && vmid <= range.last).length;
  const size = range.last - range.first + 1;
  const where = `VMIDs ${range.first} to ${range.last}`;
  if (size < 1 || used >= size) {
    const message = `no VMID is free in ${where}: widen vmidRange in the clusters file, or next-id of the datacenter`;
    return { level: 'fail', subject: 'vmids', message };
  }
  if (size - used < 50)
    return { level: 'warn', subject: 'vmids', message: `only ${size - used} of ${where} are free` };
  return { level: 'ok', subject: 'vmids', message: `${size - used} of ${where} are free` };
}
