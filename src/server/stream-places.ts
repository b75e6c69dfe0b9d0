import type { Caller } from '../access/caller.ts';

/** How many streams there may be at once. */
export interface StreamLimits {
  /** Of one caller. */
  readonly each: number;
  readonly all: number;
}

/** Room for streams: each takes memory and a turn with every change, so nobody gets all of it. */
export interface StreamPlaces {
  /** Takes a place. Returns what gives it back; undefined where none is free. */
  take(caller: Pick<Caller, 'name' | 'tokenId'>, origin: string): (() => void) | undefined;
}

/** Makes the places of a server. */
export function createStreamPlaces({ each, all }: StreamLimits): StreamPlaces {
  const taken = new Map<string, number>();
  let total = 0;
  return {
    take: (caller, origin) => {
      const key = nameCaller(caller, origin);
      const own = taken.get(key) ?? 0;
      if (own >= each || total >= all) return undefined;
      taken.set(key, own + 1);
      total += 1;
      return () => {
        total -= 1;
        const left = (taken.get(key) ?? 1) - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      };
    },
  };
}

/** A token of the store is one caller, wherever it is used; who has none is told apart by address. */
function nameCaller({ name, tokenId }: Pick<Caller, 'name' | 'tokenId'>, origin: string): string {
  return tokenId === null ? `${name} ${origin}` : `token ${tokenId}`;
}
