import { paint, type Text } from './output/line.ts';

/** `1 step`, `2 steps`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** A word of the API (`NOT_POSSIBLE`) as people write it. */
export function toWords(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

const good = new Set(['SUCCEEDED', 'DONE', 'READY', 'ONLINE']);
const bad = new Set(['FAILED', 'MISSING', 'OFFLINE', 'DEGRADED']);
const doubtful = new Set([
  'PARTIAL',
  'CANCELLED',
  'OUTDATED',
  'ORPHANED',
  'NOT_POSSIBLE',
  'UNKNOWN',
  'TAKING_BACK',
]);

/** A state of the API, in the colour of what it means. */
export function showState(code: string): Text {
  const words = toWords(code);
  if (good.has(code)) return paint('green', words);
  if (bad.has(code)) return paint('red', words);
  return doubtful.has(code) ? paint('yellow', words) : words;
}
