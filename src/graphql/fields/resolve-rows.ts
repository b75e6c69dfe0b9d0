import type { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { loadList, type KeyedRow, type RowsToLoad } from '../rows/load-rows.ts';
import type { RowsRead } from './root-read.ts';

/** A request for rows, as a resolver gets it. */
interface RowsRequest<Args, Key> {
  readonly args: Args;
  readonly store: Store;
  /** What the rows are known by. */
  readonly keys: z.ZodType<Key>;
}

/** Loads all rows that arguments ask for. */
export async function resolveList<Args, Values, Key, Row extends KeyedRow<Key>>(
  { list, read }: RowsRead<Args, Values>,
  { args, store, keys }: RowsRequest<Args, Key>,
  load: (rows: RowsToLoad<Key>) => Promise<Row[]>,
): Promise<Row[]> {
  return loadList(list, { values: read(args), store, keys }, load);
}

/** Loads the row that arguments ask for; null when there is none. */
export async function resolveOne<Args, Values, Key, Row extends KeyedRow<Key>>(
  read: RowsRead<Args, Values>,
  request: RowsRequest<Args, Key>,
  load: (rows: RowsToLoad<Key>) => Promise<Row[]>,
): Promise<Row | null> {
  return (await resolveList(read, request, load))[0] ?? null;
}
