import type { ControlStep } from '../control.ts';
import type { Cluster } from '../engine/cluster.ts';
import { ControlError } from '../errors.ts';

/** Turns a fault on and names it. A locked guest gets its lock at once. */
export function turnFaultOn(
  cluster: Cluster,
  { fault, id }: Extract<ControlStep, { do: 'fault-on' }>,
): string {
  if ('node' in fault && fault.node !== undefined && !cluster.nodes.has(fault.node)) {
    throw new ControlError(`cluster '${cluster.id}' has no node '${fault.node}'`);
  }
  if ('storage' in fault && fault.storage !== undefined && !cluster.storages.has(fault.storage)) {
    throw new ControlError(`cluster '${cluster.id}' has no storage '${fault.storage}'`);
  }
  if (fault.kind === 'guest-locked') setLock(cluster, fault.vmid, fault.lock);
  return cluster.faults.turnOn(fault, id);
}

/** Turns faults off; guests they locked are unlocked. */
export function turnFaultOff(cluster: Cluster, which: Extract<ControlStep, { do: 'fault-off' }>): void {
  for (const fault of cluster.faults.turnOff({ id: which.id, kind: which.kind })) {
    if (fault.kind === 'guest-locked') setLock(cluster, fault.vmid, undefined);
  }
}

function setLock(cluster: Cluster, vmid: number, lock: string | undefined): void {
  const guest = cluster.guests.get(vmid);
  if (!guest) throw new ControlError(`cluster '${cluster.id}' has no guest ${vmid}`);
  cluster.guests.change(guest, ({ config }) => {
    if (lock === undefined) config.delete('lock');
    else config.set('lock', lock);
  });
}
