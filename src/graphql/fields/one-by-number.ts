import { all, type SqlValue } from '../../store/sql/sql.ts';
import { RequestError } from '../errors.ts';
import { readNamedRow, type NamedRow } from '../row-id.ts';
import { equalColumns } from '../rows/equal-columns.ts';
import type { RowsRead } from './root-read.ts';

/** Describes a field that shows one row of a table, named by its global id or its number; `word` is what people call it. */
export function oneByNumber(model: string, word: string): RowsRead<NamedRow, { readonly id: SqlValue }> {
  return {
    kind: 'one',
    list: {
      model,
      orders: [{ column: 'id', direction: 'asc' }],
      where: (key, row) => all(equalColumns({ ...key }, row)),
      limit: 1,
    },
    read: (args) => {
      const id = readNamedRow(model, args);
      if (id !== undefined) return { id };
      throw new RequestError('BAD_USER_INPUT', `say which ${word} by "id" or "databaseId"`);
    },
  };
}
