import { formatDifference } from './difference.ts';
import type { Exchange } from './recording.ts';
import type { ExchangeResult } from './result.ts';
import type { ContractRun } from './run.ts';

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

/** The scores of each version of Proxmox VE, in the order of the results. */
export function countVersions(results: readonly ExchangeResult[]): Map<string, Score> {
  const versions = Map.groupBy(results, ({ exchange }) => exchange.pve);
  return new Map([...versions].map(([pve, own]) => [pve, countScore(own)]));
}

/** Whether enough exchanges match, in each version. */
export function isKept(results: readonly ExchangeResult[]): boolean {
  return [...countVersions(results).values()].every(({ ratio }) => ratio >= REQUIRED_RATIO);
}

/** The last lines of a run: one a version where there are several, then all together. */
export function formatClosing({ results, unread }: ContractRun): string[] {
  const versions = [...countVersions(results)];
  const each = versions.map(([pve, score]) => `CONTRACT pve=${pve} ${formatScore(score)}`);
  const left = unread.length > 0 ? ` unread=${unread.length}` : '';
  return [...(each.length > 1 ? each : []), `CONTRACT ${formatScore(countScore(results))}${left}`];
}

/** `matched=578 total=579 …`. The ratio is cut off after four digits, never rounded up. */
export function formatScore(score: Score): string {
  const ratio = (Math.floor(score.ratio * 10_000) / 10_000).toFixed(4);
  return `matched=${score.matched} total=${score.total} outside=${score.outside} ratio=${ratio}`;
}

/** How many differences there are, and how many of them only follow from others; undefined when there are none. */
export function describeDifferent(results: readonly ExchangeResult[]): string | undefined {
  const different = results.filter((result) => result.outcome === 'different');
  const following = different.filter((result) => result.follows !== undefined).length;
  return different.length === 0
    ? undefined
    : `${different.length} exchanges differ, ${following} of them because of an earlier one`;
}

/** One result that differs: its place, note and request, what it follows from, then a diff. */
export function formatResult({ exchange, differences, follows }: ExchangeResult): string {
  const { note, request, pve } = exchange;
  const path = request.path.length > 120 ? `${request.path.slice(0, 117)}…` : request.path;
  const head = [`${describePlace(exchange)} (${pve}) ${note}`, `  ${request.method} ${path}`];
  const cause = follows === undefined ? [] : [`  follows from ${describePlace(follows)} ${follows.note}`];
  return [...head, ...cause, ...differences.flatMap(formatDifference)].join('\n');
}

function describePlace({ series, index }: Exchange): string {
  return `${series}:${index}`;
}
