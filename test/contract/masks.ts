/** One rule: what varies from run to run, and the word that stands for it. */
interface Mask {
  readonly pattern: RegExp;
  readonly word: string;
}

/** Roots of file system paths. Permission paths such as /vms/100 are part of the meaning and stay. */
const ROOTS = 'var|mnt|etc|usr|run|dev|tmp|root|home|opt|rpool|srv';

/** In order: the longer and more telling first, bare numbers last. */
const MASKS: readonly Mask[] = [
  { pattern: /UPID:[^:\s]+:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:/g, word: 'UPID:<id>:' },
  { pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, word: '<uuid>' },
  { pattern: /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5,}\b/gi, word: '<mac>' },
  { pattern: /\b[0-9a-f]{40}\b/gi, word: '<digest>' },
  { pattern: /\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\b/g, word: '<time>' },
  { pattern: /\b\d\d:\d\d:\d\d\b/g, word: '<time>' },
  { pattern: new RegExp(`(?<![\\w/])/(?:${ROOTS})(?:/[\\w.+@%-]+)+`, 'g'), word: '<path>' },
  { pattern: /\b\d+(?:\.\d+)? (?:[KMGT]i?B|B)\b/g, word: '<size>' },
  { pattern: /\b\d+[wdhms](?: \d+[dhms])*\b/g, word: '<duration>' },
  { pattern: /\d+(?:\.\d+)?/g, word: '<n>' },
];

/** A text with numbers, paths and times replaced by words, so that only its wording is compared. */
export function maskText(text: string): string {
  return MASKS.reduce((masked, { pattern, word }) => masked.replaceAll(pattern, word), text).trimEnd();
}

/** A task log's lines masked; lines that only repeat (progress, waiting for a lock) count once. */
export function maskLog(lines: readonly string[]): string[] {
  const masked = lines.map(maskText);
  return masked.filter((line, index) => line !== masked[index - 1]);
}
