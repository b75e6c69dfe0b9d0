/** What a progress view shows of a step: rows of the store and answers of the API both fit. */
export interface StepShown {
  readonly id: number | string;
  readonly name: string;
  readonly sourceVmid: number | null;
  readonly targetNode: string;
  readonly phase: string;
  readonly percent: number;
  readonly bytesDone: bigint;
  readonly bytesTotal: bigint;
  /** Null when nothing is copied just now. */
  readonly bytesPerSecond: number | null;
  readonly errorMessage?: string | null;
}

/** Shows steps as they go. */
export interface ProgressView {
  show(step: StepShown): void;
  /** A line above whatever moves. */
  say(line: string): void;
  /** Shows what has not been shown yet, and stops. */
  end(): void;
}

/** Phases after which a step does not move any more. */
const lastPhases = new Set(['DONE', 'FAILED', 'CANCELLED']);

export function isLastPhase(phase: string): boolean {
  return lastPhases.has(phase);
}
