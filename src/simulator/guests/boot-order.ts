import { isCdrom, isCloudinit, isDriveKey, listBootDrives, parseDrive } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import type { ConfigChange } from './config-change.ts';

/** First disk, then the first CD drive (a cloud-init one too), then network; a blank when there is nothing. */
export function composeBootOrder(config: ReadonlyMap<string, string>): string {
  const drives = listBootDrives(config);
  const disk = drives.find((drive) => !isCdrom(drive))?.key;
  const cdrom = drives.find((drive) => isCdrom(drive))?.key;
  const net = [...config.keys()].filter((key) => /^net\d+$/.test(key)).toSorted()[0];
  return formatOrder([disk, cdrom, net].filter((key) => key !== undefined));
}

/**
 * The boot order after a change: what is deleted leaves it, a new CD drive is put last. Undefined when it stays as it
 * is. An order that is asked for must name what is there.
 */
export function chooseBootOrder({ config }: Guest, { set, remove }: ConfigChange): string | undefined {
  const wanted = set.get('boot');
  if (wanted !== undefined) {
    const missing = readOrder(wanted).find(
      (key) => (!config.has(key) && !set.has(key)) || remove.includes(key),
    );
    if (missing !== undefined) throw refuse(`invalid bootorder: device '${missing}' does not exist'`);
    return undefined;
  }
  const before = readOrder(config.get('boot') ?? '');
  if (before.length === 0 || remove.includes('boot')) return undefined;
  const kept = before.filter((key) => !remove.includes(key));
  const added = [...set].flatMap(([key, value]) =>
    isNewCdrom(key, value) && !kept.includes(key) ? [key] : [],
  );
  const order = [...kept, ...added];
  return order.join() === before.join() ? undefined : formatOrder(order);
}

function isNewCdrom(key: string, value: string): boolean {
  if (!isDriveKey(key)) return false;
  const drive = parseDrive(key, value);
  return isCdrom(drive) && !isCloudinit(drive);
}

function readOrder(boot: string): string[] {
  return /order=([^,]+)/.exec(boot)?.[1]?.split(';') ?? [];
}

function formatOrder(keys: readonly string[]): string {
  return keys.length > 0 ? `order=${keys.join(';')}` : ' ';
}
