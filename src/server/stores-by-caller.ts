import { LRUCache } from 'lru-cache';
import { findSight, isHubAdmin, type Caller } from '../access/caller.ts';
import { cutStore } from '../store/cut-store.ts';
import type { Store } from '../store/store.ts';

/** Stores that are kept for callers who see different things. */
const most = 100;

/** Makes the function that gives each caller the store as it is for them. */
export function createStoresByCaller(store: Store): (caller: Caller) => Store {
  const cut = new LRUCache<string, Store>({ max: most });
  return (caller) => {
    if (isHubAdmin(caller)) return store;
    const sight = findSight(caller);
    const key = JSON.stringify(sight);
    let known = cut.get(key);
    if (!known) cut.set(key, (known = cutStore(store, sight)));
    return known;
  };
}
