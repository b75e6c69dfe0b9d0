import { decodeGlobalID } from '@pothos/plugin-relay';
import { isObjectType, type GraphQLSchema } from 'graphql';
import type { SqlTarget } from '../../store/sql/row-ref.ts';
import { sql, type SqlValue } from '../../store/sql/sql.ts';
import type { RowsRead } from '../fields/root-read.ts';
import { readRowId } from '../row-id.ts';
import { LeaveAlone } from './marks.ts';
import { planRows } from './plan-rows.ts';
import type { Asked, RootField, RootPlan } from './root-plan.ts';

/** What `node` is asked: an object of a type that rows of a table are shown as, and which of them. */
export type AskedNode = Asked<{ readonly type: string; readonly model: string }, { readonly id: SqlValue }>;

/**
 * Reads which object a global id means.
 *
 * @throws {LeaveAlone} for what is no id of a row.
 */
export function askNode(id: unknown, schema: GraphQLSchema, { tables }: SqlTarget): AskedNode {
  const decoded = decodeGlobalID(String(id));
  const model = readModel(schema.getType(decoded.typename));
  const column = model === undefined ? undefined : tables.get(model)?.columns.get('id');
  if (model === undefined || !column) throw new LeaveAlone();
  const key = column.type === 'Int' ? readRowId(decoded.id) : decoded.id;
  return { form: { type: decoded.typename, model }, values: { id: key } };
}

/** The table that objects of a type are rows of, as Pothos knows it. */
function readModel(type: unknown): string | undefined {
  if (!isObjectType(type) || !type.getInterfaces().some(({ name }) => name === 'Node')) return undefined;
  const model = type.extensions['pothosPrismaModel'];
  return typeof model === 'string' ? model : undefined;
}

/** Plans `node`. */
export function planNode(field: RootField<AskedNode['form'], AskedNode['values']>): RootPlan | undefined {
  const { type, model } = field.asked.form;
  const list: RowsRead['list'] = {
    model,
    orders: [],
    where: (_values, row) => sql`${row.column('id')} = ${field.asked.values.id}`,
    limit: 1,
  };
  const shown = field.scope.selecting.schema.getType(type);
  return isObjectType(shown) ? planRows({ kind: 'one', list }, { ...field, type: shown }) : undefined;
}
