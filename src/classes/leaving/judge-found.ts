import type { Marker } from '../../inventory/lineage/marker.ts';
import type { StepRow } from '../../replication/rows.ts';
import type { ClassRow, MachineRow } from '../rows.ts';

/** What is known of a guest that carries our marker and that no row names. */
export interface FoundGuest {
  marker: Marker;
  /** The step that made it; undefined when the database does not know the marker's token. */
  step?: Pick<StepRow, 'kind' | 'phase' | 'name' | 'classId'>;
  /** Its class, where the database has it. */
  found?: Pick<ClassRow, 'id' | 'state'>;
  /** Of its class: the row of the machine that it was made as. */
  slot?: Pick<MachineRow, 'vmid' | 'state'>;
}

/**
 * - ADOPT: it is the machine that its class lacks.
 * - LEAVE: nothing has a use for it: it is to go.
 * - TELL: another database may know it; nobody but a person may say what becomes of it.
 */
export type FoundVerdict = 'ADOPT' | 'LEAVE' | 'TELL';

/**
 * The rule for guests of ours that nothing stands for. Only the token of a step that this database has proves that they
 * were made here: numbers of classes are the same in every database. Pure.
 */
export function judgeFound({ step, found, slot }: FoundGuest): FoundVerdict {
  const isMachine = step?.kind === 'CLASS_STUDENT' || step?.kind === 'CLASS_TEACHER';
  if (step === undefined || found === undefined || (!isMachine && step.kind !== 'CLASS_BASE')) return 'TELL';
  const isWanted = found.state !== 'DELETED' && found.state !== 'DELETING';
  const isFree = slot !== undefined && (slot.vmid === null || slot.state === 'MISSING');
  return isMachine && isWanted && isFree && step.phase === 'DONE' ? 'ADOPT' : 'LEAVE';
}
