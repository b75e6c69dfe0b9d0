import type { Cluster } from '../engine/cluster.ts';
import { isCloudinit, listDrives, parseVolumeId } from '../engine/drives.ts';
import { type Guest, isTemplate } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { requireUnlocked, withGuestLock } from './guest-lock.ts';
import { checkStart } from './start-checks.ts';

const startTime = 300;
/** Milliseconds a guest system needs to shut down. */
const shutdownTime = 3_000;

/** The work of a `qmstart` or `vzstart` task. */
export async function startGuest(call: StorageCall, guest: Guest): Promise<void> {
  const isVm = guest.type === 'qemu';
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    if (isTemplate(guest)) {
      throw refuse(
        isVm ? `you can't start a vm if it's a template` : `you can't start a CT if it's a template`,
      );
    }
    requireUnlocked(guest);
    if (guest.running) throw refuse(`${isVm ? 'VM' : 'CT'} ${guest.vmid} already running`);
    if (listDrives(guest.config).some(isCloudinit)) call.worker.log('generating cloud-init ISO');
    checkStart(call, guest);
    await call.worker.sleep(startTime);
    setRunning(call.cluster, guest, true);
  });
}

/** The work of a `qmstop` or `vzstop` task: a stopped guest stays stopped. */
export async function stopGuest(call: StorageCall, guest: Guest): Promise<void> {
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    requireUnlocked(guest);
    if (!guest.running) return;
    await call.worker.sleep(startTime);
    setRunning(call.cluster, guest, false);
  });
}

/** The work of a shutdown task. A guest without a system on its disks never answers. `timeout` in seconds. */
export async function shutDownGuest(
  call: StorageCall,
  guest: Guest,
  { timeout, force }: { readonly timeout: number; readonly force: boolean },
): Promise<void> {
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    requireUnlocked(guest);
    if (!guest.running) return;
    const answers = hasSystem(call.cluster, guest) && timeout * 1000 >= shutdownTime;
    await call.worker.sleep(answers ? shutdownTime : timeout * 1000);
    if (!answers && !force) throw refuse('VM quit/powerdown failed - got timeout');
    setRunning(call.cluster, guest, false);
  });
}

/** Switches a guest in the books. */
export function setRunning(cluster: Cluster, guest: Guest, running: boolean, uptime = 0): void {
  cluster.guests.change(guest, () => {
    guest.running = running;
    guest.startedAt = running ? cluster.nowSeconds() - uptime : 0;
    guest.pid = running ? cluster.nextPid(guest.node) : 0;
  });
}

function hasSystem(cluster: Cluster, guest: Guest): boolean {
  if (guest.type === 'lxc') return true;
  return listVolumes(cluster, guest).some((volume) => volume !== undefined && volume.data > 0);
}

function listVolumes(cluster: Cluster, guest: Guest) {
  return listDrives(guest.config)
    .map((drive) => parseVolumeId(drive.volume))
    .map((id) => id && cluster.volumes.find(id.storage, id.name, guest.node));
}
