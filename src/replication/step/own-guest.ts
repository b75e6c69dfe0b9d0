import type { StepRow } from '../rows.ts';
import { awaitUnlock } from './await-unlock.ts';
import { vmidOf } from './vmid-of.ts';
import type { StepContext } from './context.ts';
import { StepFailure } from './failure.ts';
import { judge } from './judge.ts';
import { describeHidden, lookAt, type PresentGuest } from './look.ts';
import { ensureMarked } from './mark-again.ts';

/**
 * The guest this step made, unlocked. Undefined when it is locked by a task that still runs: look again.
 * @throws StepFailure GUEST_VANISHED, NOT_OURS, MARKER_LOST, STALE_LOCK, FORBIDDEN
 */
export async function findOwnGuest(
  context: StepContext,
  step: StepRow,
  taskTypes: readonly string[],
): Promise<PresentGuest | undefined> {
  const vmid = vmidOf(step);
  const sight = await lookAt(context.client, vmid, context.signal);
  if (sight.state === 'hidden') throw new StepFailure('retry', describeHidden(vmid));
  const judgement = judge(sight, step);
  if (judgement === 'OURS' && sight.state === 'present') return ensureMarked(context, step, sight);
  if (judgement === 'LOCKED' && sight.state === 'present') {
    const nodes = [...new Set([sight.address.node, step.targetNode, step.copyNode ?? step.targetNode])];
    await awaitUnlock(context, step, { types: taskTypes, nodes, vmid });
    return undefined;
  }
  if (judgement === 'ABSENT') {
    const message = `Guest ${vmid} was removed by somebody else while it was being made.`;
    throw new StepFailure('begin-again', { code: 'GUEST_VANISHED', message });
  }
  const message = `Guest ${vmid} is no longer the one that this step made; it is left alone.`;
  throw new StepFailure('new-vmid', { code: 'NOT_OURS', message });
}
