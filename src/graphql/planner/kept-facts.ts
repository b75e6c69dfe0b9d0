import { LRUCache } from 'lru-cache';
import { isUnchanged, type TableVersions } from '../../store/revision.ts';
import { nameTables } from '../../store/sql/tables.ts';
import type { Store } from '../../store/store.ts';
import type { Found } from './root-plan.ts';

/** Answers of statements that are kept, at most. Each is as large as the groups of one cluster, or of all. */
const most = 200;

interface Kept {
  readonly found: readonly Found[];
  readonly versions: TableVersions;
}

/**
 * What statements gave that look at many rows to tell little, such as counts: it is true for every document until one of
 * their tables is written.
 */
export class KeptFacts {
  readonly #store: Pick<Store, 'revision' | 'tables'>;
  readonly #kept = new LRUCache<string, Kept>({ max: most });

  constructor(store: Pick<Store, 'revision' | 'tables'>) {
    this.#store = store;
  }

  /** Gives what is known under a key, or has it read. The key says which rows of `models` (Prisma's names) it is of. */
  async read(
    key: string,
    models: readonly string[],
    read: () => Promise<readonly Found[]>,
  ): Promise<readonly Found[]> {
    // Before the statement: what is written meanwhile makes it old at once.
    const versions = this.#store.revision.current();
    const kept = this.#kept.get(key);
    if (kept && isUnchanged(nameTables(this.#store.tables, models), kept.versions, versions))
      return kept.found;
    const found = await read();
    this.#kept.set(key, { found, versions });
    return found;
  }
}
