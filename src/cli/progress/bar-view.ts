import stringWidth from 'string-width';
import { toPrintable } from '../../log/printable.ts';
import { paint, type Line } from '../output/line.ts';
import { truncateMiddle } from '../output/truncate.ts';
import type { TextOutput } from '../surroundings.ts';
import type { Clock } from '../../time/clock.ts';
import { formatLeft, formatPace, formatShare, joinParts } from './format.ts';
import { createLiveLines } from './live-lines.ts';
import { isLastPhase, type ProgressView, type StepShown } from './progress-view.ts';
import { describeSumsBriefly, measureSums, sumSteps } from './step-sums.ts';

/** Characters of a bar. */
const barLength = 10;
/** Less of a name is not shown. */
const leastTitle = 12;
/** So many steps have a bar of their own. */
const mostBars = 10;
/** Between two drawings, milliseconds. */
const drawInterval = 100;

/**
 * A bar for each step under way with bytes, rate and time left, and one for all together; what has ended becomes a line
 * above. No line is wider than the terminal.
 */
export function createBarView(output: TextOutput, clock: Clock): ProgressView {
  const lines = createLiveLines(output);
  const steps = new Map<StepShown['id'], StepShown>();
  const over = new AbortController();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isAwaited = false;
  const draw = () => {
    isAwaited = false;
    drawnAt = clock.now();
    lines.draw(describeSteps([...steps.values()], output.columns || 80));
  };
  /** Many steps may change in one moment: they are drawn together. */
  const drawSoon = () => {
    if (isAwaited) return;
    isAwaited = true;
    const wait = Math.max(0, drawInterval - (clock.now() - drawnAt));
    clock.sleep(wait, over.signal).then(draw, () => undefined);
  };
  return {
    show: (step) => {
      const before = steps.get(step.id);
      steps.set(step.id, step);
      if (isLastPhase(step.phase) && !(before && isLastPhase(before.phase))) lines.say([describeEnd(step)]);
      drawSoon();
    },
    say: (line) => lines.say([line]),
    end: () => {
      over.abort();
      lines.end();
    },
  };
}

function describeSteps(steps: readonly StepShown[], width: number): Line[] {
  const moving = steps.filter(({ phase }) => phase !== 'PLANNED' && !isLastPhase(phase));
  const sums = sumSteps(steps);
  const total = fit(
    { percent: measureSums(sums), title: 'total', details: describeSumsBriefly(sums) },
    width,
  );
  const shown = moving.slice(0, mostBars).map((step) => describeStep(step, width));
  const hidden = moving.length - shown.length;
  return [
    ...shown,
    ...(hidden > 0 ? [`… and ${hidden} more`] : []),
    ...(sums.ended < sums.steps ? [total] : []),
  ];
}

function describeStep(step: StepShown, width: number): string {
  const { bytesDone: done, bytesTotal: total, bytesPerSecond, errorMessage, percent } = step;
  const transfer = { done, total, bytesPerSecond };
  const [share, pace, left] = [formatShare(transfer), formatPace(transfer), formatLeft(transfer)];
  const phase = step.phase.toLowerCase().replaceAll('_', ' ');
  const title = `${toPrintable(step.name)} → ${toPrintable(step.targetNode)}`;
  const details = errorMessage
    ? [`${phase}: ${toPrintable(errorMessage)}`]
    : [joinParts([share, pace, left]), joinParts([share, left]), left || share, ''].map((words) =>
        `${phase}  ${words}`.trimEnd(),
      );
  return fit({ percent, title, details }, width);
}

/** What a line tells. */
interface Telling {
  readonly percent: number;
  readonly title: string;
  /** The same in fewer and fewer words. */
  readonly details: readonly string[];
}

/** A line of at most `width` columns: with as many words as there is room for, and in need a shorter title. */
function fit({ percent, title, details }: Telling, width: number): string {
  const bar = drawBar(percent);
  const room = width - stringWidth(bar) - 4;
  const fitting = details.find((words) => stringWidth(title) + stringWidth(words) <= room);
  const words = fitting ?? details.at(-1) ?? '';
  const shownTitle = truncateMiddle(title, Math.max(leastTitle, room - stringWidth(words)));
  return cutEnd(`${bar}  ${shownTitle}  ${words}`.trimEnd(), width);
}

function cutEnd(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = text;
  while (cut !== '' && stringWidth(cut) > Math.max(0, width - 1)) cut = cut.slice(0, -1);
  return `${cut}…`;
}

function drawBar(percent: number): string {
  const whole = Math.floor(percent);
  const full = Math.min(barLength, Math.floor((whole * barLength) / 100));
  return `${'█'.repeat(full)}${'░'.repeat(barLength - full)} ${String(whole).padStart(3)}%`;
}

/** How a step ended, as one line. */
export function describeEnd({ phase, name, targetNode, errorMessage }: StepShown): Line {
  if (phase === 'DONE') return [paint('green', '✓'), ` ${name} → ${targetNode}`];
  const reason = errorMessage ? `: ${errorMessage}` : '';
  if (phase === 'CANCELLED') return [paint('yellow', '–'), ` ${name} → ${targetNode}: cancelled`];
  return [paint('red', '✗'), ` ${name} → ${targetNode}${reason}`];
}
