import type { SqlTarget } from '../../store/sql/row-ref.ts';
import type { Selecting } from './collect-fields.ts';
import type { Marks } from './marks.ts';

/** What everything in one plan goes by. */
export interface PlanScope {
  readonly selecting: Selecting;
  readonly marks: Marks;
  readonly target: SqlTarget;
}
