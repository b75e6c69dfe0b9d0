import { writeLine } from '../output.ts';
import type { TextOutput } from '../surroundings.ts';
import { formatTransfer } from './format.ts';
import type { ProgressView, StepShown } from './progress-view.ts';
import { describeSums, measureSums, sumSteps } from './step-sums.ts';

/**
 * One line whenever a step reaches another phase or another quarter of its bytes, and one for all together whenever
 * those reach another quarter.
 */
export function createPlainView(output: TextOutput): ProgressView {
  const steps = new Map<StepShown['id'], StepShown>();
  const shown = new Map<StepShown['id'], string>();
  let quarter = 0;
  const showStep = (step: StepShown) => {
    const stage = `${step.phase} ${Math.floor(step.percent / 25)} ${step.errorMessage ?? ''}`;
    if (step.phase === 'PLANNED' || shown.get(step.id) === stage) return;
    shown.set(step.id, stage);
    writeLine(output, describeStep(step));
  };
  const showSums = () => {
    const sums = sumSteps(steps.values());
    const reached = Math.floor(measureSums(sums) / 25);
    if (sums.steps < 2 || reached <= quarter) return;
    quarter = reached;
    writeLine(output, `${'total'.padEnd(11)} ${pad(measureSums(sums))}  ${describeSums(sums)}`);
  };
  return {
    show: (step) => {
      steps.set(step.id, step);
      showStep(step);
      showSums();
    },
    say: (line) => writeLine(output, line),
    end: () => {
      steps.clear();
      shown.clear();
    },
  };
}

function describeStep(step: StepShown): string {
  const { bytesDone: done, bytesTotal: total, errorMessage, phase } = step;
  const transfer = formatTransfer({ done, total, bytesPerSecond: step.bytesPerSecond });
  const detail = errorMessage && phase !== 'DONE' ? errorMessage : transfer;
  const words = `${phase.toLowerCase().replaceAll('_', ' ').padEnd(11)} ${pad(step.percent)}`;
  return `${words}  ${step.name} → ${step.targetNode}${detail ? `  (${detail})` : ''}`;
}

function pad(percent: number): string {
  return `${String(Math.floor(percent)).padStart(3)}%`;
}
