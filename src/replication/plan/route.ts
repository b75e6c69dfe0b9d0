import type { CloneParameters, MigrateParameters, Way } from './plan.ts';
import type { Reason } from './reason.ts';

/** Bytes that a step puts on a storage, `key` as made by `keyOf`. */
export interface SpaceUse {
  key: string;
  bytes: number;
}

/** A way from one guest to one node that the storages allow. */
export interface Route {
  way: Way;
  clone: CloneParameters;
  migrate?: MigrateParameters;
  /** Where the disks will lie; undefined when they keep the names of their storages. */
  targetStorage?: string;
  /** What stays on storages of the target for good. */
  stays: SpaceUse[];
  /** What lies on storages of the source's node until the copy has moved. */
  passes: SpaceUse[];
}

/** A route, or why there is none. */
export type RouteResult = { route: Route } | { reason: Reason };

export function refuse(code: Reason['code'], message: string): { reason: Reason } {
  return { reason: { code, message } };
}
