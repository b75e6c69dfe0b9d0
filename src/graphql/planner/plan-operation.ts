import { keepStatement, type KeptStatement } from '../../store/sql/kept.ts';
import type { SqlTarget } from '../../store/sql/row-ref.ts';
import type { Selecting } from './collect-fields.ts';
import { Marks } from './marks.ts';
import type { SelectedRoot } from './operation.ts';
import { planRoot } from './plan-root.ts';
import type { Asked, Found } from './root-plan.ts';
import { putParameters } from './shape.ts';

/** How an operation is answered, with values of a shape. */
export interface Plan {
  readonly fields: readonly PlannedField[];
  readonly marks: Marks;
}

/** A field of Query under the key of its answer. */
export interface PlannedField {
  readonly key: string;
  /** Absent where nothing has to be read. */
  readonly statement?: KeptStatement;
  /** The tables (by Prisma's names) that what was found is true of until they are written; absent where it is not kept. */
  readonly keep?: readonly string[] | undefined;
  write(found: readonly Found[], values: unknown): string;
}

/** Plans an operation. undefined when one of its fields is left alone, and so the whole. */
export function planOperation(
  roots: readonly (SelectedRoot & { asked: Asked })[],
  { selecting, target }: { selecting: Selecting; target: SqlTarget },
): Plan | undefined {
  const marks = new Marks();
  const fields: PlannedField[] = [];
  for (const { selected, described, asked } of roots) {
    const { key } = selected;
    if (!described) {
      fields.push({ key, write: () => JSON.stringify(selecting.schema.getQueryType()?.name) });
      continue;
    }
    const plan = planRoot(described.read, {
      type: described.field.type,
      selected,
      asked: { form: asked.form, values: putParameters(asked.values) },
      scope: { selecting, marks, target },
    });
    if (!plan) return undefined;
    const statement = keepStatement(plan.statement, target.provider);
    fields.push({ key, statement, keep: plan.keep, write: (found, values) => plan.write(found, values) });
  }
  return { fields, marks };
}
