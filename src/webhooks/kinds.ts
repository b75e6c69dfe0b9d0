import type { ChangeKind } from '../../prisma/generated/sqlite/enums.ts';

/** What decides whether a webhook is told of a change. */
interface Wanted {
  /** Comma-separated as stored; empty for all. */
  readonly kinds: string;
  readonly clusterId: string | null;
}

/** Kinds of changes as they are stored: sorted, each once, comma-separated. */
export function joinKinds(kinds: readonly ChangeKind[]): string {
  return [...new Set(kinds)].sort().join(',');
}

/** Whether a webhook wants to be told of a change. */
export function wantsChange(
  webhook: Wanted,
  change: { readonly kind: ChangeKind; readonly clusterId: string | null },
): boolean {
  const ofCluster = webhook.clusterId === null || webhook.clusterId === change.clusterId;
  return ofCluster && (webhook.kinds === '' || webhook.kinds.split(',').includes(change.kind));
}
