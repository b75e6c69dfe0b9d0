import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';

/**
 * Part of a transaction, first of all: waits until changes and events that others are writing are committed. PostgreSQL gives
 * out ids before they commit; without this a cursor could pass one that shows up later. Such transactions also wait for each other. SQLite has one
 * writer anyway.
 */
export async function awaitWrittenChanges(database: Database, provider: Store['provider']): Promise<void> {
  if (provider === 'postgresql')
    await database.$executeRawUnsafe('LOCK TABLE template_changes, hub_events IN SHARE ROW EXCLUSIVE MODE');
}

/** Where a webhook stands that is to be told of what happens from now on: at the newest change and the newest event. */
export async function readCursors(
  database: Pick<Database, 'templateChange' | 'hubEvent'>,
): Promise<{ readonly cursor: number; readonly eventCursor: number }> {
  const change = await database.templateChange.aggregate({ _max: { id: true } });
  const event = await database.hubEvent.aggregate({ _max: { id: true } });
  return { cursor: change._max.id ?? 0, eventCursor: event._max.id ?? 0 };
}
