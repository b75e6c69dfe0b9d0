import type { SourceFacts } from './class-facts.ts';
import type { SourceTemplate, Transfer } from './class-plan.ts';
import type { StorageFit } from './storage-fit.ts';

/** How a full copy of the original comes to a node. */
export interface CopyWay {
  transfer: Transfer;
  /** The replica that the bytes come from; undefined: the original itself. */
  copy?: SourceTemplate;
}

/** The nearest way: from what is on the node already, else handed over where storage is shared, else moved. */
export function planCopy(source: SourceFacts, fit: StorageFit, node: string): CopyWay {
  if (source.node === node) return { transfer: 'SAME_NODE' };
  const near = source.replicas.find((replica) => replica.node === node);
  if (near !== undefined) return { transfer: 'SAME_NODE', copy: near };
  return { transfer: fit.copyToTarget ? 'TARGET' : 'MIGRATE' };
}
