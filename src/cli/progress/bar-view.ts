import { MultiBar, type SingleBar } from 'cli-progress';
import type { Clock } from '../../time/clock.ts';
import type { TextOutput } from '../surroundings.ts';
import { formatTransfer } from './format.ts';
import { isLastPhase, type ProgressView, type StepShown } from './progress-view.ts';

interface Tracked {
  readonly bar: SingleBar;
  /** Where copying was when it was first seen. */
  readonly since: number;
  readonly from: bigint;
}

/** A bar for each step under way, with bytes, rate and time left; what has ended becomes a line above. */
export function createBarView(output: TextOutput, clock: Clock): ProgressView {
  const bars = new MultiBar({
    format: '{bar} {percentage}% {title} {detail}',
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    stream: output,
  });
  const tracked = new Map<StepShown['id'], Tracked>();
  const say = (line: string) => bars.log(`${line}\n`);

  function finish(step: StepShown, entry: Tracked | undefined): void {
    if (!entry) return;
    bars.remove(entry.bar);
    tracked.delete(step.id);
    say(
      `${step.phase === 'DONE' ? '✓' : '✗'} ${step.name} → ${step.targetNode}${step.errorMessage ? `: ${step.errorMessage}` : ''}`,
    );
  }

  return {
    show: (step) => {
      const entry = tracked.get(step.id);
      if (isLastPhase(step.phase)) return finish(step, entry);
      if (step.phase === 'PLANNED') return;
      const current = entry ?? { bar: bars.create(100, 0), since: clock.now(), from: step.bytesDone };
      tracked.set(step.id, current);
      current.bar.update(Math.round(step.percent), {
        title: describeTitle(step),
        detail: describeDetail(step, current, clock),
      });
    },
    say,
    end: () => bars.stop(),
  };
}

function describeTitle(step: StepShown): string {
  return `${step.name} → ${step.targetNode}  ${step.phase.toLowerCase()}`;
}

function describeDetail(step: StepShown, entry: Tracked, clock: Clock): string {
  const seconds = (clock.now() - entry.since) / 1000;
  const bytesPerSecond = seconds > 0 ? Number(step.bytesDone - entry.from) / seconds : 0;
  return formatTransfer({ done: step.bytesDone, total: step.bytesTotal, bytesPerSecond });
}
