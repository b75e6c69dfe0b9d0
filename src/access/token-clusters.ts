import { z } from 'zod';

const stored = z.array(z.string());

/** Writes the clusters that a token is good for; null for all. */
export function writeClusters(clusters: readonly string[] | null): string | null {
  return clusters === null ? null : JSON.stringify(clusters);
}

/** Reads what `writeClusters` wrote. */
export function readClusters(text: string | null): string[] | null {
  return text === null ? null : stored.parse(JSON.parse(text));
}
