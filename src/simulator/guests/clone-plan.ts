import type { Identity } from '../access/permissions.ts';
import type { Cluster } from '../engine/cluster.ts';
import { type Drive, isCdrom, isCloudinit, listDrives, parseVolumeId } from '../engine/drives.ts';
import { type Guest, isTemplate } from '../engine/guests.ts';
import { refuse, refuseParameters, refuseRights } from '../errors.ts';
import { requireUsable } from '../storage/access.ts';
import { checkCopiedDevices } from './device-rights.ts';
import { readState, supportsFeature } from './features.ts';
import { isTpmState } from './fixed-disks.ts';
import { requireUnlocked } from './guest-lock.ts';
import { requireBridges, requireRight } from './rights.ts';

/** A clone as it was asked for. */
export interface CloneRequest {
  readonly identity: Identity;
  readonly node: string;
  readonly vmid: number;
  readonly newid: number;
  readonly full?: boolean | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly pool?: string | undefined;
  readonly snapname?: string | undefined;
  readonly storage?: string | undefined;
  readonly format?: string | undefined;
  /** Another node; undefined for the guest's own. */
  readonly target?: string | undefined;
  /** KiB/s. */
  readonly bwlimit?: number | undefined;
}

/** A drive that gets a volume of its own, and how. */
export interface PlannedDrive {
  readonly drive: Drive;
  readonly way: 'full' | 'linked' | 'cloudinit';
}

/** What a clone will do. */
export interface ClonePlan {
  readonly source: Guest;
  readonly full: boolean;
  /** The source runs, and its present state is copied: QEMU itself must do that. */
  readonly isMirrored: boolean;
  readonly config: ReadonlyMap<string, string>;
  /** Drives that get a volume of their own, in the order of their keys. */
  readonly drives: readonly PlannedDrive[];
}

/** Checks a VM clone in the order in which Proxmox does, and plans it. Called by the request and again by the worker. */
export function planClone(cluster: Cluster, request: CloneRequest, wasRunning: boolean): ClonePlan {
  if (request.pool !== undefined && !cluster.pools.has(request.pool)) {
    throw refuseRights(`pool '${request.pool}' does not exist`);
  }
  checkTarget(cluster, request);
  cluster.requireQuorum(request.node);
  const source = requireSource(cluster, request);
  requireUnlocked(source);
  if (source.running !== wasRunning) throw refuse('unexpected state change');
  if (request.snapname !== undefined && !source.snapshots.has(request.snapname)) {
    throw refuse(`snapshot '${request.snapname}' does not exist`);
  }
  const full = request.full ?? !isTemplate(source);
  if (!full && request.storage !== undefined)
    throw refuse(`parameter 'storage' not allowed for linked clones`);
  if (!full && request.format !== undefined) throw refuse(`parameter 'format' not allowed for linked clones`);
  const config = readState(source, request.snapname);
  const isShared = checkStorages(cluster, request, config);
  checkCopiedDevices({ cluster, identity: request.identity, vmid: request.vmid }, config);
  requireBridges(cluster, request.identity, config);
  if (request.target !== undefined && !isShared) {
    throw refuse(`can't clone VM to node '${request.target}' (VM uses local storage)`);
  }
  if (cluster.guests.find(request.newid, 'qemu', request.node)) {
    throw refuse(`unable to create VM ${request.newid}: config file already exists`);
  }
  const isMirrored = full && source.running && request.snapname === undefined;
  const drives = planDrives(cluster, { config, full, isMirrored, snapname: request.snapname });
  return { source, full, isMirrored, config, drives };
}

/** The source, refused as the running check words it. */
export function requireSource(cluster: Cluster, { vmid, node }: CloneRequest): Guest {
  const source = cluster.guests.find(vmid, 'qemu', node);
  if (!source) throw refuse(`unable to find configuration file for VM ${vmid} on node '${node}'`);
  return source;
}

function checkTarget(cluster: Cluster, { target, storage, node }: CloneRequest): void {
  if (target !== undefined) cluster.requireNode(target);
  if (storage === undefined) return;
  requireUsable(cluster, storage, node);
  if (target === undefined) return;
  if (!requireUsable(cluster, storage, target).shared)
    throw refuse(`can't clone to non-shared storage '${storage}'`);
}

/** Checks rights on every storage the clone writes to; true when every storage of the source is shared. */
function checkStorages(
  cluster: Cluster,
  request: CloneRequest,
  config: ReadonlyMap<string, string>,
): boolean {
  let isShared = true;
  for (const drive of listDrives(config)) {
    const id = parseVolumeId(drive.volume);
    if (!id) {
      if (drive.volume === 'cdrom') requireRight(cluster, request.identity, '/', 'Sys.Console');
      continue;
    }
    if (!cluster.requireStorage(id.storage).shared) isShared = false;
    if (isCdrom(drive) && !isCloudinit(drive)) continue;
    const target = request.storage ?? id.storage;
    requireRight(cluster, request.identity, `/storage/${target}`, 'Datastore.AllocateSpace');
    requireImages(cluster, target);
  }
  return isShared;
}

function requireImages(cluster: Cluster, id: string): void {
  if (!cluster.behaviour.checksCloneContent || cluster.requireStorage(id).content.includes('images')) return;
  throw refuseParameters({ storage: `storage '${id}' does not support vm images` });
}

interface DriveQuestion extends Pick<ClonePlan, 'config' | 'full' | 'isMirrored'> {
  readonly snapname: string | undefined;
}

function planDrives(cluster: Cluster, { config, full, isMirrored, snapname }: DriveQuestion): PlannedDrive[] {
  return listDrives(config).flatMap((drive): PlannedDrive[] => {
    if (isCloudinit(drive)) return [{ drive, way: 'cloudinit' }];
    if (isCdrom(drive)) return [];
    if (isTpmState(drive) && isMirrored) throw refuse('cannot clone TPM state while VM is running');
    const isFull = full || (isTpmState(drive) && cluster.behaviour.namesVolume);
    const feature = isFull ? 'copy' : 'clone';
    if (!supportsFeature(cluster, drive, { feature, snapshot: snapname })) {
      throw refuse(describeMissingFeature(cluster, drive, { isFull, snapname }));
    }
    return [{ drive, way: isFull ? 'full' : 'linked' }];
  });
}

function describeMissingFeature(
  cluster: Cluster,
  drive: Drive,
  { isFull, snapname }: { isFull: boolean; snapname: string | undefined },
): string {
  const what = `${isFull ? 'Full' : 'Linked'} clone feature is not supported for`;
  if (!cluster.behaviour.namesVolume) return `${what} drive '${drive.key}'`;
  return `${what} ${snapname === undefined ? '' : 'a snapshot of '}'${drive.volume}' (${drive.key})`;
}
