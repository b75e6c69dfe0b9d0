import type { GraphQLObjectType } from 'graphql';
import { z } from 'zod';
import type { RowRef } from '../../store/sql/row-ref.ts';
import { collectRows, parseFacts, rowMark } from '../fields/resolve-arranged.ts';
import type { ArrangedRead } from '../fields/root-read.ts';
import { collectSubfields, isSelected, type SelectedField } from './collect-fields.ts';
import { LeaveAlone } from './marks.ts';
import { joinParts } from './parts.ts';
import type { PlanScope } from './plan-scope.ts';
import { partMark, type RootField, type RootPlan } from './root-plan.ts';
import { writeRow } from './write-row.ts';
import { writeValuesOf, type WriteValue } from './write-value.ts';

const answer = z.tuple([z.object({ facts: z.string(), written: z.string().nullable() })]);

/**
 * Plans a field that is arranged from facts of many rows: the statement gives the facts, and writes of each row what is
 * selected of it where the answer leads to it. The arrangement is the resolver's own.
 */
export function planArranged(
  read: ArrangedRead,
  { type, selected, asked, scope }: RootField,
): RootPlan | undefined {
  const rows = new ShownRows(scope);
  const write = writeValuesOf(type, selected, {
    selecting: scope.selecting,
    embed: (shown, field) => rows.show(shown, field),
  });
  if (!write) return undefined;
  const select = read.select(asked.values, scope.target, {
    selects: (field) => isSelected(field, selected.nodes, scope.selecting.fragments),
    write: (row) => rows.write(row),
  });
  if (rows.isLeftAlone) return undefined;
  return {
    statement: collectRows(select),
    keep: read.keep,
    write: (found, values) => {
      const [{ facts, written }] = answer.parse(found);
      const arranged = parseFacts(read, facts, scope.target);
      if (read.isDoubtful?.(arranged, values)) throw new LeaveAlone();
      rows.remember(arranged, written ?? '');
      return write(read.arrange(arranged, values));
    },
  };
}

/** Rows that an arrangement shows: what is selected of them, and what was written of those that were found. */
class ShownRows {
  readonly #scope: PlanScope;
  readonly #selections: { readonly type: GraphQLObjectType; readonly field: SelectedField }[] = [];
  readonly #texts = new WeakMap<object, readonly string[]>();
  isLeftAlone = false;

  constructor(scope: PlanScope) {
    this.#scope = scope;
  }

  show(type: GraphQLObjectType, field: SelectedField): WriteValue {
    const place = this.#selections.push({ type, field }) - 1;
    return (row) => {
      const text = typeof row === 'object' && row !== null ? this.#texts.get(row)?.[place] : undefined;
      if (text === undefined) throw new LeaveAlone();
      return text;
    };
  }

  /** Writes of a row all that is selected of it. */
  write(row: RowRef) {
    const parts = this.#selections.map(({ type, field }) =>
      writeRow({ type, fields: collectSubfields(type, field, this.#scope.selecting), row }, this.#scope),
    );
    this.isLeftAlone = parts.includes(undefined);
    return joinParts(parts.flatMap((part, place) => [place === 0 ? '' : partMark, ...(part ?? [])]));
  }

  remember(rows: readonly unknown[], written: string): void {
    if (this.#selections.length === 0) return;
    const texts = written.split(rowMark);
    for (const [place, row] of rows.entries()) {
      if (typeof row === 'object' && row !== null) this.#texts.set(row, (texts[place] ?? '').split(partMark));
    }
  }
}
