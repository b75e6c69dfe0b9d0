import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import { startTask } from '../engine/start-task.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import type { HaState } from '../world.ts';

/** Milliseconds until the manager has taken up what it was asked for. */
const managerTime = 10_000;

/** Asks the manager for another state of a guest; some seconds later it starts or stops the guest itself, as root. */
export function requestState(
  cluster: Cluster,
  guest: Guest,
  { state, act }: { readonly state: HaState; readonly act: HaAction },
): void {
  cluster.guests.change(guest, () => (guest.ha = state));
  requestLater(cluster, guest, act);
}

/** What the manager does in the end: a task of this type on the guest's node. */
export interface HaAction {
  readonly type: string;
  run(call: StorageCall): Promise<void>;
}

/** Lets the manager do something to a guest, unless the guest is gone by then. */
export function requestLater(cluster: Cluster, guest: Guest, act: HaAction): void {
  void carryOut(cluster, guest, act);
}

async function carryOut(cluster: Cluster, guest: Guest, { type, run }: HaAction): Promise<void> {
  await cluster.clock.sleep(managerTime);
  if (cluster.guests.get(guest.vmid) !== guest || !cluster.isUp(guest.node)) return;
  const { node } = guest;
  await startTask(cluster, {
    node,
    type,
    id: String(guest.vmid),
    identity: { user: 'root@pam' },
    run: (worker) => run({ cluster, worker, node }),
  });
}
