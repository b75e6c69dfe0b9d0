import type { CloneParameters, MigrateParameters, Way } from './plan.ts';
import type { Reason } from './reason.ts';

/** Bytes that a step puts on a storage; storages by their keys as `keyOf` makes them. */
export interface SpaceUse {
  key: string;
  /** The size of the disks, whatever is written on them. */
  bytes: number;
  /** The storage that they lie on now. */
  from: string;
  /** The node that they are for in the end. */
  target: string;
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
