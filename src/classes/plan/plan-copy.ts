import { ClassError } from '../class-error.ts';
import type { SourceFacts } from '../facts/class-facts.ts';
import type { SourceTemplate, Transfer } from './class-plan.ts';
import type { StorageFit } from './storage-fit.ts';

/** How a full copy of the original comes to a node. */
export interface CopyWay {
  transfer: Transfer;
  /** The replica that the bytes come from; undefined: the original itself. */
  copy?: SourceTemplate;
}

/**
 * The nearest way: from what is on the node already, else handed over where storage is shared, else moved.
 *
 * @throws ClassError SOURCE_NOT_FOUND when the original is gone.
 */
export function planCopy(source: SourceFacts, fit: StorageFit, node: string): CopyWay {
  if (source.gone) {
    const message = `The original of the class is gone, so nothing can be copied to node ${node}. Students' machines can still be made from the bases that are there.`;
    throw new ClassError('SOURCE_NOT_FOUND', message);
  }
  if (source.node === node) return { transfer: 'SAME_NODE' };
  const near = source.replicas.find((replica) => replica.node === node);
  if (near !== undefined) return { transfer: 'SAME_NODE', copy: near };
  return { transfer: fit.copyToTarget ? 'TARGET' : 'MIGRATE' };
}
