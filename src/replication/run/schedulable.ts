import { fromRowKind } from '../../inventory/lineage/row-kind.ts';
import type { Schedulable } from '../plan/schedule.ts';
import type { StepRow } from '../rows.ts';
import { readMakeState } from '../step/state.ts';

interface ScheduledStep extends Schedulable {
  row: StepRow;
}

/** A step as the pure scheduler wants it. */
export function toSchedulable(row: StepRow): ScheduledStep {
  const { sourceVmid, targetNode } = row;
  return {
    row,
    guestKind: fromRowKind(row.guestKind),
    sourceVmid,
    copyVmid: row.copyVmid ?? sourceVmid,
    copyNode: row.copyNode ?? row.sourceNode ?? targetNode,
    targetNode,
    bytes: Number(row.bytesTotal),
    storages: row.kind === 'REMOVE' ? [] : readMakeState(row).recipe.storages,
    replacesVmid: row.replacesVmid ?? undefined,
  };
}
