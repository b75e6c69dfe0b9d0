import { formatLeft, formatPace, formatShare, formatTransfer, joinParts, type Transfer } from './format.ts';
import { isLastPhase, type StepShown } from './progress-view.ts';

/** All steps that a view has seen, taken together. */
export interface StepSums {
  readonly steps: number;
  readonly ended: number;
  readonly bytesDone: bigint;
  readonly bytesTotal: bigint;
  /** Of all copies under way. */
  readonly bytesPerSecond: number;
}

/** Adds steps up. */
export function sumSteps(steps: Iterable<StepShown>): StepSums {
  let sums = { steps: 0, ended: 0, bytesDone: 0n, bytesTotal: 0n, bytesPerSecond: 0 };
  for (const step of steps) {
    const hasEnded = isLastPhase(step.phase);
    // What failed or was cancelled will not come any more.
    const isLost = hasEnded && step.phase !== 'DONE';
    sums = {
      steps: sums.steps + 1,
      ended: sums.ended + (hasEnded ? 1 : 0),
      bytesDone: sums.bytesDone + step.bytesDone,
      bytesTotal: sums.bytesTotal + (isLost ? step.bytesDone : step.bytesTotal),
      bytesPerSecond: sums.bytesPerSecond + (hasEnded ? 0 : (step.bytesPerSecond ?? 0)),
    };
  }
  return sums;
}

/** Percent of the bytes, or of the steps where nothing is copied. */
export function measureSums({ steps, ended, bytesDone, bytesTotal }: StepSums): number {
  if (bytesTotal > 0n) return Number((bytesDone * 100n) / bytesTotal);
  return steps > 0 ? Math.floor((ended * 100) / steps) : 0;
}

/** `3 of 8 steps, 56.4 of 94.0 GiB, 410 MiB/s, 1m 32s left`; what is not known is left out. */
export function describeSums(sums: StepSums): string {
  return joinParts([countSteps(sums), formatTransfer(toTransfer(sums))]);
}

/** The same in fewer and fewer words. */
export function describeSumsBriefly(sums: StepSums): string[] {
  const transfer = toTransfer(sums);
  return [
    describeSums(sums),
    joinParts([formatShare(transfer), formatPace(transfer), formatLeft(transfer)]),
    joinParts([formatShare(transfer), formatLeft(transfer)]),
    countSteps(sums),
  ];
}

function countSteps({ steps, ended }: StepSums): string {
  return `${ended} of ${steps} ${steps === 1 ? 'step' : 'steps'}`;
}

function toTransfer({ bytesDone, bytesTotal, bytesPerSecond }: StepSums): Transfer {
  return { done: bytesDone, total: bytesTotal, bytesPerSecond };
}
