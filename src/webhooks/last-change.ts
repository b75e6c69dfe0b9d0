import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';

/**
 * Part of a transaction, first of all: waits until changes that others are writing are committed. PostgreSQL gives
 * out ids before they commit; without this a cursor could pass one that shows up later. Such transactions also wait for each other. SQLite has one
 * writer anyway.
 */
export async function awaitWrittenChanges(database: Database, provider: Store['provider']): Promise<void> {
  if (provider === 'postgresql')
    await database.$executeRawUnsafe('LOCK TABLE template_changes IN SHARE ROW EXCLUSIVE MODE');
}

/** Id of the newest change; 0 when there is none. */
export async function readLastChange(database: Pick<Database, 'templateChange'>): Promise<number> {
  const { _max } = await database.templateChange.aggregate({ _max: { id: true } });
  return _max.id ?? 0;
}
