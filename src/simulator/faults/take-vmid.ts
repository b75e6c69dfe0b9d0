import type { Cluster } from '../engine/cluster.ts';
import { createGuest } from '../engine/guests.ts';

/** The fault `vmid-taken`: somebody else makes a guest with the wanted id right before us. */
export function takeVmid(cluster: Cluster, vmid: number, node: string): void {
  if (cluster.guests.get(vmid)) return;
  const fault = cluster.faults.strike('vmid-taken');
  if (!fault) return;
  const other = [...cluster.nodes.keys()].find((name) => name !== node);
  const place = fault.where === 'same-node' ? node : (other ?? node);
  const config = [
    ['name', `someone-elses-${vmid}`],
    ['memory', '512'],
  ] as const;
  cluster.guests.add(createGuest({ vmid, type: 'qemu', node: place }, config));
}
