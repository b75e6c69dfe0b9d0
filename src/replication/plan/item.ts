import type { Lineage } from '../../inventory/lineage/lineage.ts';
import type { ObservedTemplate, TemplateDetails } from '../../inventory/observe/observation.ts';
import type { PlanRow } from './plan.ts';

/** A template that is there, or was there and is merely not seen now. */
export interface Item {
  vmid: number;
  name: string;
  node: string | null;
  lineage: Lineage;
  /** What the store knows of it. */
  row?: PlanRow;
  /** Undefined when this scan did not see it: it is neither copied nor held for missing. */
  seen?: ObservedTemplate & { details: TemplateDetails };
}

/** A source that was seen. */
export type SeenItem = Item & { seen: NonNullable<Item['seen']> };
