import type { Clock } from '../../time/clock.ts';
import type { TextOutput } from '../surroundings.ts';
import { createBarView } from './bar-view.ts';
import { createPlainView } from './plain-view.ts';
import type { ProgressView } from './progress-view.ts';

/** Bars on a terminal, plain lines elsewhere. */
export function createProgressView(output: TextOutput, clock: Clock): ProgressView {
  return output.isTTY ? createBarView(output, clock) : createPlainView(output);
}
