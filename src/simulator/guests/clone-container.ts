import { describeError } from '../../errors/hub-error.ts';
import type { Identity } from '../access/permissions.ts';
import type { Cluster } from '../engine/cluster.ts';
import { changeDrive, type Drive, formatDrive, listDrives, parseVolumeId } from '../engine/drives.ts';
import { createGuest, type Guest, isTemplate } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { refuse, refuseRights, WorkerKilled } from '../errors.ts';
import { requireUsable } from '../storage/access.ts';
import { allocateVolume, linkVolume } from '../storage/allocate.ts';
import { cleanUp } from '../storage/clean-up.ts';
import { copyTree } from '../storage/copy-tree.ts';
import { findKind } from '../storage/kinds.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { readState, supportsFeature } from './features.ts';
import { requireGuest, requireUnlocked } from './guest-lock.ts';
import { renewIdentity } from './new-identity.ts';
import { removeGuest } from './remove-guest.ts';
import { requireBridges, requireRight } from './rights.ts';

/** A container clone as it was asked for. */
export interface ContainerClone {
  readonly identity: Identity;
  readonly node: string;
  readonly vmid: number;
  readonly newid: number;
  readonly full: boolean | undefined;
  readonly hostname: string | undefined;
  readonly description: string | undefined;
  readonly pool: string | undefined;
  readonly snapname: string | undefined;
  readonly storage: string | undefined;
  readonly target: string | undefined;
  /** KiB/s. */
  readonly bwlimit: number | undefined;
}

/** What was found right before the worker starts: the source is locked and the new container is there, locked too. */
export interface StartedClone {
  readonly source: Guest;
  readonly copy: Guest;
  readonly full: boolean;
}

/** Checks in the order of the real server, then locks the source (`disk`) and books the new container (`create`). */
export function beginContainerClone(cluster: Cluster, request: ContainerClone): StartedClone {
  const { node, newid, target, pool, snapname } = request;
  if (pool !== undefined && !cluster.pools.has(pool)) throw refuseRights(`pool '${pool}' does not exist`);
  if (target !== undefined) cluster.requireNode(target);
  cluster.requireQuorum(node);
  const taken = cluster.guests.get(newid);
  if (taken)
    throw refuse(`${taken.type === 'qemu' ? 'VM' : 'CT'} ${newid} already exists on node '${taken.node}'`);
  const source = requireGuest(cluster, 'lxc', { node, vmid: request.vmid });
  requireUnlocked(source);
  if (snapname !== undefined && !source.snapshots.has(snapname))
    throw refuse(`snapshot '${snapname}' does not exist`);
  const full = request.full ?? !isTemplate(source);
  if (!full && request.storage !== undefined)
    throw refuse(`parameter 'storage' not allowed for linked clones`);
  if (full && source.running && snapname === undefined) {
    throw refuse('Full clone of a running container is only possible from a snapshot');
  }
  checkVolumes(cluster, request, { config: readState(source, snapname), full });
  requireBridges(cluster, request.identity, source.config);
  cluster.guests.change(source, ({ config }) => config.set('lock', 'disk'));
  const copy = createGuest({ vmid: newid, type: 'lxc', node }, [['lock', 'create']]);
  cluster.guests.add(copy);
  return { source, copy, full };
}

function checkVolumes(
  cluster: Cluster,
  request: ContainerClone,
  { config, full }: { readonly config: ReadonlyMap<string, string>; readonly full: boolean },
): void {
  for (const drive of listDrives(config)) {
    const id = parseVolumeId(drive.volume);
    if (!id) continue;
    const storage = requireUsable(cluster, request.storage ?? id.storage, request.node);
    requireRight(cluster, request.identity, `/storage/${storage.id}`, 'Datastore.AllocateSpace');
    if (request.target !== undefined && !storage.shared) {
      throw refuse(`can't clone CT to node '${request.target}' (CT uses local storage)`);
    }
    const canLink = supportsFeature(cluster, drive, { feature: 'clone', snapshot: request.snapname });
    // A container cannot live on a qcow2 overlay.
    if (!full && (!canLink || findKind(storage.type).links === 'overlay')) {
      throw refuse(`Linked clone feature for '${drive.volume}' is not available`);
    }
    if (full && !supportsFeature(cluster, drive, { feature: 'copy', snapshot: request.snapname })) {
      throw refuse(`Full clone feature for '${drive.volume}' is not available`);
    }
  }
}

/** The work of a `vzclone` task. */
export async function cloneContainer(
  call: StorageCall,
  request: ContainerClone,
  { source, copy, full }: StartedClone,
): Promise<void> {
  const { cluster } = call;
  const made: Volume[] = [];
  try {
    const config = composeConfig(source, request);
    renewIdentity(cluster, 'lxc', config);
    for (const drive of listDrives(config)) {
      const volume = await cloneVolume(call, { drive, full, request, onMade: (one) => void made.push(one) });
      config.set(drive.key, formatDrive(changeDrive(drive, describeVolume(volume))));
    }
    cluster.guests.change(copy, () => {
      copy.config.clear();
      for (const [key, value] of config) copy.config.set(key, value);
      copy.node = request.target ?? copy.node;
    });
  } catch (error) {
    if (error instanceof WorkerKilled) throw error;
    await cleanUp(call, made);
    removeGuest(cluster, copy);
    unlock(cluster, source);
    throw refuse(`clone failed: ${describeError(error)}`);
  }
  unlock(cluster, source);
  if (request.pool !== undefined) cluster.pools.get(request.pool)?.guests.add(request.newid);
  cluster.counts.clones += 1;
  cluster.counts[full ? 'fullClones' : 'linkedClones'] += 1;
}

function unlock(cluster: Cluster, guest: Guest): void {
  cluster.guests.change(guest, ({ config }) => config.delete('lock'));
}

function composeConfig(source: Guest, request: ContainerClone): Map<string, string> {
  const left = /^(?:unused\d+|parent|snaptime|lock|template)$/;
  const config = new Map([...readState(source, request.snapname)].filter(([key]) => !left.test(key)));
  if (request.hostname !== undefined) config.set('hostname', request.hostname);
  if (request.description) config.set('description', request.description);
  return config;
}

interface VolumeClone {
  readonly drive: Drive;
  readonly full: boolean;
  readonly request: ContainerClone;
  onMade(volume: Volume): void;
}

async function cloneVolume(
  call: StorageCall,
  { drive, full, request, onMade }: VolumeClone,
): Promise<Volume> {
  const { cluster, node, worker } = call;
  const id = parseVolumeId(drive.volume);
  const source = id && cluster.volumes.find(id.storage, id.name, node);
  if (!source) throw refuse(`no such volume '${drive.volume}'`);
  if (!full) {
    worker.log(`create linked clone of mountpoint ${drive.key} (${drive.volume})`);
    const volume = await linkVolume(call, source, request.newid);
    onMade(volume);
    return volume;
  }
  worker.log(`create full clone of mountpoint ${drive.key} (${drive.volume})`);
  const storage = cluster.requireStorage(request.storage ?? source.storage);
  const format = storage.type === 'zfspool' ? 'subvol' : 'raw';
  const target = await allocateVolume(call, {
    storage: storage.id,
    vmid: request.newid,
    size: source.size,
    format,
  });
  onMade(target);
  await copyTree(call, { source, target, limit: request.bwlimit ? request.bwlimit * 1024 : undefined });
  return target;
}
