import type { ObservedStorage } from '../../inventory/observation.ts';
import { keyOf } from './storage-map.ts';
import type { Reason } from './reason.ts';
import type { Route, SpaceUse } from './route.ts';

/** What is free, less what the steps planned so far will take. */
export interface SpaceLedger {
  /** Why the route does not fit; undefined when it does, and then its space is taken. */
  take(route: Route): Reason | undefined;
}

/** Begins with what the storages say. Where one does not say, anything fits. Thin storages make it an estimate. */
export function openLedger(storages: readonly ObservedStorage[]): SpaceLedger {
  const free = new Map<string, number>();
  for (const storage of storages) {
    const key = keyOf(storage);
    if (storage.available === undefined) continue;
    free.set(key, Math.min(storage.available, free.get(key) ?? Number.POSITIVE_INFINITY));
  }
  return {
    take(route) {
      const stays = sumByKey(route.stays);
      const reason =
        findShort(stays, free, 'NO_SPACE') ?? findShort(sumByKey(route.passes), free, 'NO_SPACE_ON_SOURCE');
      if (reason) return reason;
      for (const [key, bytes] of stays) {
        const before = free.get(key);
        if (before !== undefined) free.set(key, before - bytes);
      }
      return undefined;
    },
  };
}

function sumByKey(uses: readonly SpaceUse[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, bytes } of uses) sums.set(key, (sums.get(key) ?? 0) + bytes);
  return sums;
}

function findShort(
  needs: ReadonlyMap<string, number>,
  free: ReadonlyMap<string, number>,
  code: 'NO_SPACE' | 'NO_SPACE_ON_SOURCE',
): Reason | undefined {
  for (const [key, bytes] of needs) {
    const available = free.get(key);
    if (available === undefined || available >= bytes) continue;
    return {
      code,
      message: `The copy needs ${bytes} bytes on storage ${key}, but ${Math.max(0, available)} are free once the other planned copies are there`,
    };
  }
  return undefined;
}
