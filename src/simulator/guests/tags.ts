import { splitList } from '../engine/text-list.ts';
import type { Cluster } from '../engine/cluster.ts';

/** Tags as they are stored: without doubles, sorted and in lower case unless the datacenter wants them otherwise. */
export function normaliseTags(cluster: Cluster, text: string): string {
  const style = cluster.options.get('tag-style') ?? '';
  const keepsCase = style.includes('case-sensitive=1');
  const tags = [...new Set(splitList(text).map((tag) => (keepsCase ? tag : tag.toLowerCase())))];
  return (style.includes('ordering=config') ? tags : tags.toSorted()).join(';');
}
