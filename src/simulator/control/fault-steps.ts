import type { ControlStep } from '../control.ts';
import type { Cluster } from '../engine/cluster.ts';
import { ControlError } from '../errors.ts';
import { setRunning } from '../guests/power.ts';

/** Turns a fault on and names it. A locked guest gets its lock at once. */
export function turnFaultOn(
  cluster: Cluster,
  { fault, id }: Extract<ControlStep, { do: 'fault-on' }>,
): string {
  if ('node' in fault && fault.node !== undefined && !cluster.nodes.has(fault.node)) {
    throw new ControlError(`cluster '${cluster.id}' has no node '${fault.node}'`);
  }
  const unknown =
    fault.kind === 'partition' ? fault.nodes.find((node) => !cluster.nodes.has(node)) : undefined;
  if (unknown !== undefined) throw new ControlError(`cluster '${cluster.id}' has no node '${unknown}'`);
  if ('storage' in fault && fault.storage !== undefined && !cluster.storages.has(fault.storage)) {
    throw new ControlError(`cluster '${cluster.id}' has no storage '${fault.storage}'`);
  }
  if (fault.kind === 'guest-locked') setLock(cluster, fault.vmid, fault.lock);
  const name = cluster.faults.turnOn(fault, id);
  if (fault.kind === 'node-off') cutPower(cluster, fault.node);
  return name;
}

/** Workers and guests of the node die with it. What others see of them stays as it was until it is too old. */
function cutPower(cluster: Cluster, node: string): void {
  for (const task of cluster.tasks.running(node)) task.stop('kill');
  for (const guest of cluster.guests.list()) {
    if (guest.node === node && guest.running) setRunning(cluster, guest, false);
  }
}

/** Turns faults off; guests they locked are unlocked. */
export function turnFaultOff(cluster: Cluster, which: Extract<ControlStep, { do: 'fault-off' }>): void {
  for (const fault of cluster.faults.turnOff({ id: which.id, kind: which.kind })) {
    if (fault.kind === 'guest-locked') setLock(cluster, fault.vmid, undefined);
    const node = fault.kind === 'node-off' ? cluster.nodes.get(fault.node) : undefined;
    if (node) node.bootedAt = cluster.clock.now();
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
