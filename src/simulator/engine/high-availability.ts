import type { Cluster } from './cluster.ts';
import type { Guest } from './guests.ts';

/** Whether the manager of high availability looks after a guest; one that it ignores behaves like any other. */
export function isHaManaged(guest: Guest): boolean {
  return guest.ha !== undefined && guest.ha !== 'ignored';
}

/** `vm:100`, `ct:101`. */
export function describeService(guest: Guest): string {
  return `${guest.type === 'qemu' ? 'vm' : 'ct'}:${guest.vmid}`;
}

/** What the manager has a guest in: started, or stopped. */
export function describeServiceState(guest: Guest): 'started' | 'stopped' {
  return guest.ha === 'started' || guest.ha === 'enabled' ? 'started' : 'stopped';
}

/** Guests that are resources of high availability, by their ids as text. */
export function listServices(cluster: Cluster): Guest[] {
  return cluster.guests
    .list()
    .filter((guest) => guest.ha !== undefined)
    .toSorted((left, right) => (describeService(left) < describeService(right) ? -1 : 1));
}

/** Whether the manager has ever had something to do: before that it says nothing about nodes. */
export function isHaActive(cluster: Cluster): boolean {
  return (
    cluster.guests.list().some((guest) => guest.ha !== undefined) ||
    [...cluster.nodes.values()].some((node) => node.maintenance)
  );
}

/** A node as the manager sees it. */
export function describeNodeState(cluster: Cluster, name: string): 'online' | 'maintenance' | 'unknown' {
  if (!cluster.isUp(name)) return 'unknown';
  return cluster.nodes.get(name)?.maintenance ? 'maintenance' : 'online';
}
