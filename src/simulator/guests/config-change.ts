import type { Identity } from '../access/permissions.ts';
import { splitList } from '../engine/text-list.ts';
import { refuse } from '../errors.ts';

/** Options to set and to delete, and the digest the caller has seen. */
export interface ConfigChange {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  readonly digest: string | undefined;
  readonly skipLock: boolean;
  /** Who wants it. */
  readonly identity: Identity;
}

/** Splits a call's parameters into a change. */
export function readChange(
  identity: Identity,
  entries: readonly (readonly [string, string])[],
): ConfigChange {
  const all = new Map(entries);
  const control = new Set([
    'node',
    'vmid',
    'delete',
    'revert',
    'digest',
    'skiplock',
    'force',
    'background_delay',
  ]);
  const set = new Map(entries.filter(([key]) => !control.has(key)));
  const remove = splitList(all.get('delete') ?? '');
  if (set.size === 0 && remove.length === 0) throw refuse('no options specified');
  return { set, remove, digest: all.get('digest'), skipLock: all.get('skiplock') === '1', identity };
}
