import { writeLine } from '../output.ts';
import type { TextOutput } from '../surroundings.ts';
import { formatTransfer } from './format.ts';
import type { ProgressView, StepShown } from './progress-view.ts';

/** One line whenever a step reaches another phase or another quarter of its bytes. */
export function createPlainView(output: TextOutput): ProgressView {
  const shown = new Map<StepShown['id'], string>();
  return {
    show: (step) => {
      const stage = `${step.phase} ${Math.floor(step.percent / 25)}`;
      if (step.phase === 'PLANNED' || shown.get(step.id) === stage) return;
      shown.set(step.id, stage);
      writeLine(output, describeStep(step));
    },
    say: (line) => writeLine(output, line),
    end: () => shown.clear(),
  };
}

function describeStep(step: StepShown): string {
  const transfer = formatTransfer({ done: step.bytesDone, total: step.bytesTotal });
  const detail = step.errorMessage ?? transfer;
  const percent = `${String(Math.round(step.percent)).padStart(3)}%`;
  return `${step.phase.toLowerCase().padEnd(11)} ${percent}  ${step.name} → ${step.targetNode}${detail ? `  (${detail})` : ''}`;
}
