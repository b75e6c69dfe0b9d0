import { z } from 'zod';
import { askTime, type GraphqlContext } from '../context.ts';
import { describeField, type Facts } from './field-read.ts';

/**
 * Describes a field whose value follows from columns of its row alone, and from the time where that is asked for (epoch
 * milliseconds). The type of the row says of which columns: they are those that are selected.
 */
export function computed<Row, Value>(
  select: { readonly [Column in keyof Row]: true },
  compute: (row: Row, now: () => number) => Value,
) {
  const row = z.custom<Row>();
  return {
    select,
    resolve: (parent: Row, _args: object, context: GraphqlContext) => compute(parent, () => askTime(context)),
    extensions: describeField({
      kind: 'computed',
      columns: Object.keys(select),
      compute: (facts: Facts, now) => compute(row.parse(facts), now),
    }),
  };
}
