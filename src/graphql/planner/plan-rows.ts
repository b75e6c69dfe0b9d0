import { getNamedType, isObjectType } from 'graphql';
import { z } from 'zod';
import { RowRef } from '../../store/sql/row-ref.ts';
import { sql } from '../../store/sql/sql.ts';
import type { RowsRead } from '../fields/root-read.ts';
import { collectSubfields } from './collect-fields.ts';
import { joinParts } from './parts.ts';
import type { RootField, RootPlan } from './root-plan.ts';
import { writeFirst, writeList } from './select-rows.ts';
import { writeRow } from './write-row.ts';

const answer = z.tuple([z.object({ json: z.string() })]);

/** Plans a field that shows one row, or all rows, of a list: the statement writes the whole answer. */
export function planRows(
  { kind, list }: Pick<RowsRead, 'kind' | 'list'>,
  { type, selected, asked, scope }: RootField,
): RootPlan | undefined {
  const shown = getNamedType(type);
  if (!isObjectType(shown)) return undefined;
  const row = new RowRef(scope.target, list.model, 't');
  const one = writeRow(
    { type: shown, fields: collectSubfields(shown, selected, scope.selecting), row },
    scope,
  );
  if (!one) return undefined;
  const rows = { row, where: list.where(asked.values, row), orders: list.orders, limit: list.limit };
  const json = joinParts(kind === 'list' ? writeList(rows, one) : writeFirst(rows, one, ['null']));
  return { statement: sql`SELECT ${json} AS json`, write: (found) => answer.parse(found)[0].json };
}
