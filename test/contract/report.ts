import { formatDifference } from './difference.ts';
import type { ExchangeResult } from './replay.ts';

/** The share of exchanges that must match. */
export const REQUIRED_RATIO = 0.97;

/** How many exchanges matched, of those in scope. */
export interface Score {
  readonly matched: number;
  /** Exchanges in scope, matched or not. */
  readonly total: number;
  readonly outside: number;
  /** matched / total; 1 when nothing was in scope. */
  readonly ratio: number;
}

/** Counts results. */
export function countScore(results: readonly ExchangeResult[]): Score {
  const matched = results.filter((result) => result.outcome === 'matched').length;
  const outside = results.filter((result) => result.outcome === 'outside').length;
  const total = results.length - outside;
  return { matched, total, outside, ratio: total === 0 ? 1 : matched / total };
}

/** The last line of a run. The ratio is cut off after four digits, never rounded up. */
export function formatScore(score: Score): string {
  const ratio = (Math.floor(score.ratio * 10_000) / 10_000).toFixed(4);
  return `CONTRACT matched=${score.matched} total=${score.total} outside=${score.outside} ratio=${ratio}`;
}

/** One result that differs: its place, note and request, then a diff. */
export function formatResult({ exchange, differences }: ExchangeResult): string {
  const { series, index, note, request, pve } = exchange;
  const path = request.path.length > 120 ? `${request.path.slice(0, 117)}…` : request.path;
  const head = [`${series}:${index} (${pve}) ${note}`, `  ${request.method} ${path}`];
  return [...head, ...differences.flatMap(formatDifference)].join('\n');
}
