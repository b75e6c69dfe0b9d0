/** One small change of one rule: the text from `start` to `end` of a file becomes `replacement`. */
export interface Mutant {
  /** Relative to the repository. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What was done to the rule, in words. */
  readonly what: string;
}

/** The source with the change. */
export function applyMutant(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}
