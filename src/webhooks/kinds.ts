import type { ChangeKind, HubEventKind } from '../../prisma/generated/sqlite/enums.ts';

/** What decides whether a webhook is told of something. */
interface Wanted {
  /** Of changes and of events, comma-separated as stored; all of both when both are empty. */
  readonly kinds: string;
  readonly events: string;
  readonly clusterId: string | null;
}

/** Kinds of changes, or of events, as they are stored: sorted, each once, comma-separated. */
export function joinKinds(kinds: readonly (ChangeKind | HubEventKind)[]): string {
  return [...new Set(kinds)].sort().join(',');
}

/** Something that a webhook may be told of. */
interface Told<Kind> {
  readonly kind: Kind;
  readonly clusterId: string | null;
}

/** Whether a webhook wants to be told of a change to a template. */
export function wantsChange(webhook: Wanted, { kind, clusterId }: Told<ChangeKind>): boolean {
  return isOfCluster(webhook, clusterId) && (wantsAll(webhook) || isListed(webhook.kinds, kind));
}

/** Whether a webhook wants to be told of an event. */
export function wantsEvent(webhook: Wanted, { kind, clusterId }: Told<HubEventKind>): boolean {
  return isOfCluster(webhook, clusterId) && (wantsAll(webhook) || isListed(webhook.events, kind));
}

function wantsAll({ kinds, events }: Wanted): boolean {
  return kinds === '' && events === '';
}

function isOfCluster(webhook: Wanted, clusterId: string | null): boolean {
  return webhook.clusterId === null || webhook.clusterId === clusterId;
}

function isListed(list: string, kind: string): boolean {
  return list.split(',').includes(kind);
}
