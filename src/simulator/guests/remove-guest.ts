import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';

/** Takes a guest out of the books, with its statistics; ACLs and pool stay. */
export function removeGuest(cluster: Cluster, guest: Guest): void {
  cluster.guests.remove(guest.vmid);
  cluster.statistics.guests.delete(guest.vmid);
}

/** Takes away what else belongs to the guest: ACL entries on it and its place in a pool. */
export function forgetGuest(cluster: Cluster, vmid: number): void {
  cluster.access.clearPath(`/vms/${vmid}`);
  for (const pool of cluster.pools.values()) pool.guests.delete(vmid);
}
