import { describeError } from '../../errors/hub-error.ts';
import { isCdrom, listVolumesOf, parseVolumeId } from '../engine/drives.ts';
import { describeConfigPath, type Guest, isTemplate, requireUnprotected } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { ApiError, refuse } from '../errors.ts';
import { freeVolume } from '../storage/allocate.ts';
import { isBaseInUse } from '../storage/base.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { requireUnlocked, withGuestLock } from './guest-lock.ts';
import { forgetGuest, removeGuest } from './remove-guest.ts';

/** What a destroy does besides. */
export interface Destruction {
  readonly purge: boolean;
  /** Looks for volumes of the guest's number on all storages. */
  readonly unreferenced: boolean;
  /** A lock in the configuration does not stop it. */
  readonly skipLock?: boolean;
}

/** Checks of the request itself; a lock in the configuration is not among them for VMs, but for containers. */
export function checkDestruction(guest: Guest, { purge }: Pick<Destruction, 'purge'>): void {
  const kind = guest.type === 'qemu' ? 'VM' : 'CT';
  requireUnprotected(guest, `can't remove ${kind} ${guest.vmid}`);
  if (guest.type === 'lxc') requireUnlocked(guest);
  if (guest.ha !== undefined && !purge) {
    throw refuse(
      `unable to remove ${kind} ${guest.vmid} - used in HA resources and purge parameter not set.`,
    );
  }
  if (guest.running && guest.type === 'qemu') throw refuse(`VM ${guest.vmid} is running - destroy failed`);
}

/** The work of a `qmdestroy` or `vzdestroy` task. */
export async function destroyGuest(call: StorageCall, guest: Guest, what: Destruction): Promise<void> {
  const { cluster, worker } = call;
  await withGuestLock(call, { type: guest.type, vmid: guest.vmid }, async () => {
    if (!what.skipLock && guest.config.get('lock') !== 'suspended') requireUnlocked(guest);
    checkDestruction(guest, what);
    const volumes = listOwnVolumes(call, guest);
    if (guest.type === 'qemu' && isTemplate(guest)) requireNoClones(call, volumes);
    for (const volume of volumes) await removeVolume(call, guest, volume);
    if (what.unreferenced) await removeUnreferenced(call, guest);
    cluster.requireWritable(call.node, describeConfigPath(guest.type, call.node, guest.vmid));
    forgetGuest(cluster, guest.vmid);
    if (what.purge) tellPurge(worker, guest);
    removeGuest(cluster, guest);
    cluster.counts.deletions += 1;
  });
}

function tellPurge(worker: StorageCall['worker'], { type, vmid, ha }: Guest): void {
  const kind = type === 'qemu' ? 'VM' : 'CT';
  worker.log(`purging ${kind} ${vmid} from related configurations..`);
  if (ha !== undefined) worker.log(`NOTE: removed ${kind} ${vmid} from HA resource configuration.`);
}

function listOwnVolumes({ cluster, node }: StorageCall, guest: Guest): Volume[] {
  return listVolumesOf(guest.config)
    .filter((drive) => !isCdrom(drive) || drive.volume.includes('cloudinit'))
    .map((drive) => parseVolumeId(drive.volume))
    .map((id) => id && cluster.volumes.find(id.storage, id.name, node))
    .filter((volume): volume is Volume => volume !== undefined && volume.vmid === guest.vmid);
}

function requireNoClones(call: StorageCall, volumes: readonly Volume[]): void {
  const used = volumes.find((volume) => isBaseInUse(call, volume));
  if (used) throw refuse(`base volume '${describeVolume(used)}' is still in use by linked cloned`);
}

/** A VM's disk that cannot be removed is only told; a container's ends the task. */
async function removeVolume(call: StorageCall, guest: Guest, volume: Volume): Promise<void> {
  if (guest.type === 'lxc' && isBaseInUse(call, volume)) {
    throw refuse(`base volume '${describeVolume(volume)}' is still in use by linked clones`);
  }
  try {
    await freeVolume(call, volume);
  } catch (error) {
    if (!(error instanceof ApiError) || guest.type === 'lxc') throw error;
    const text = `Could not remove disk '${describeVolume(volume)}', check manually: ${describeError(error)}`;
    if (call.cluster.behaviour.destroyWarns) call.worker.warn(text);
    else call.worker.log(text);
  }
}

async function removeUnreferenced(call: StorageCall, guest: Guest): Promise<void> {
  const { cluster, node } = call;
  for (const storage of cluster.storages.values()) {
    const left = cluster.volumes.listOn(storage.id, node).filter((volume) => volume.vmid === guest.vmid);
    for (const volume of left) await removeVolume(call, guest, volume);
  }
}
