import type { Cluster, Storage } from '../engine/cluster.ts';
import type { Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { describePath, measureSpace, requireActive } from './access.ts';
import { findKind, roundSize } from './kinds.ts';
import { describeRenaming, requireFreeName } from './taken-names.ts';
import { type StorageCall, withStorageLock } from './storage-lock.ts';
import { chooseSuffix, makeVolumeName } from './volume-names.ts';

/** Milliseconds that making a volume takes on an idle storage. */
const allocationTime = 100;

/** A volume that is wanted. */
export interface Wanted {
  readonly storage: string;
  readonly vmid: number;
  readonly size: number;
  readonly format: string;
  /** Default: the next free `disk-<n>`. A name that is given is refused when there is such a volume. */
  readonly suffix?: string;
  /** A name to keep, as a migration does; if it is taken, another one is chosen. */
  readonly name?: string;
}

/** Makes an empty volume under the storage's lock. */
export async function allocateVolume(call: StorageCall, wanted: Wanted): Promise<Volume> {
  const storage = requireActive(call.cluster, wanted.storage, call.node);
  return withStorageLock(call, storage, async () => {
    await spendCreationTime(call, storage);
    const volume = makeVolume(call.cluster, storage, { ...wanted, node: call.node });
    if (wanted.suffix !== undefined) requireFreeName(call, storage, volume.name);
    if (wanted.name !== undefined && wanted.name !== volume.name)
      call.worker.log(describeRenaming(storage, wanted.name));
    requireRoom(call, storage, volume);
    call.cluster.volumes.add(volume);
    for (const line of describeCreation(storage, volume)) call.worker.log(line);
    return volume;
  });
}

/** Makes a linked clone of a base volume (or, on btrfs, of a current one) under the storage's lock. */
export async function linkVolume(call: StorageCall, base: Volume, vmid: number): Promise<Volume> {
  const { cluster, worker, node } = call;
  const storage = requireActive(cluster, base.storage, node);
  return withStorageLock(call, storage, async () => {
    await spendCreationTime(call, storage);
    const kind = findKind(storage.type);
    const format = kind.links === 'overlay' ? 'qcow2' : base.format;
    const parent = kind.links === 'plain' ? undefined : base.name;
    const wanted = { storage: storage.id, vmid, size: base.size, format, parent, node };
    const volume = { ...makeVolume(cluster, storage, wanted), data: 0 };
    cluster.volumes.add(volume);
    for (const line of describeLink(cluster, storage, { base, volume })) worker.log(line);
    return volume;
  });
}

/** Frees a volume under its storage's lock. */
export async function freeVolume(call: StorageCall, volume: Volume): Promise<void> {
  const storage = requireActive(call.cluster, volume.storage, call.node);
  await withStorageLock(call, storage, async () => {
    await call.worker.sleep(allocationTime);
    call.cluster.volumes.remove(volume);
    const file = volume.name.split('/').at(-1) ?? volume.name;
    if (isLvm(storage)) call.worker.log(`  Logical volume "${file}" successfully removed.`);
    if (storage.type === 'rbd') call.worker.log('Removing image: 100% complete...done.');
  });
}

/** All volumes of a guest on a storage, as far as the node sees them. */
export function listVolumesOfGuest(cluster: Cluster, storage: Storage, vmid: number): Volume[] {
  return cluster.volumes.list().filter((volume) => volume.storage === storage.id && volume.vmid === vmid);
}

async function spendCreationTime({ cluster, worker, node }: StorageCall, storage: Storage): Promise<void> {
  const slow = cluster.faults.find(
    'slow-volumes',
    (fault) =>
      (fault.storage === undefined || fault.storage === storage.id) &&
      (fault.node === undefined || fault.node === node),
  );
  await worker.sleep(allocationTime + (slow?.ms ?? 0));
}

function makeVolume(
  cluster: Cluster,
  storage: Storage,
  wanted: Wanted & { readonly node: string; readonly parent?: string | undefined },
): Volume {
  const place = storage.shared ? undefined : wanted.node;
  const names = cluster.volumes.listOn(storage.id, wanted.node).map((volume) => volume.name);
  const isKept = wanted.name !== undefined && !names.includes(wanted.name);
  const suffix = wanted.suffix ?? chooseSuffix(wanted.vmid, names);
  const { vmid, format, parent } = wanted;
  const name =
    isKept && wanted.name ? wanted.name : makeVolumeName(storage.type, { vmid, suffix, format, parent });
  return {
    storage: storage.id,
    node: place,
    name,
    vmid,
    format,
    content: format === 'subvol' ? 'rootdir' : 'images',
    size: roundSize(storage.type, wanted.size),
    data: 0,
    parent,
    createdAt: cluster.nowSeconds(),
  };
}

function requireRoom({ cluster, node }: StorageCall, storage: Storage, volume: Volume): void {
  const { available } = measureSpace(cluster, storage, node);
  const gibi = 1024 ** 3;
  if (storage.type === 'lvm' && available < volume.size) {
    throw refuse(
      `not enough free space (${(available / gibi).toFixed(2)}g < ${(volume.size / gibi).toFixed(2)}g)`,
    );
  }
  if (available > 0) return;
  if (storage.type === 'zfspool') {
    throw refuse(
      `zfs error: cannot create '${storage.options['pool'] ?? storage.id}/${volume.name}': out of space`,
    );
  }
  const path = describePath(storage, volume.name);
  throw refuse(`unable to create image: qemu-img: ${path}: Could not resize file: No space left on device`);
}

function describeCreation(storage: Storage, volume: Volume): string[] {
  const file = volume.name.split('/').at(-1) ?? volume.name;
  if (isLvm(storage)) return [`  Logical volume "${file}" created.`];
  if (findKind(storage.type).layout === 'block' || volume.format === 'subvol') return [];
  const path = describePath(storage, volume.name);
  if (volume.format !== 'qcow2')
    return [`Formatting '${path}', fmt=${volume.format} size=${volume.size} preallocation=off`];
  return [
    `Formatting '${path}', fmt=qcow2 cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size=${volume.size} lazy_refcounts=off refcount_bits=16`,
  ];
}

function describeLink(
  cluster: Cluster,
  storage: Storage,
  { base, volume }: { readonly base: Volume; readonly volume: Volume },
): string[] {
  const file = volume.name.split('/').at(-1) ?? volume.name;
  if (isLvm(storage)) return [`  Logical volume "${file}" created.`];
  if (storage.type === 'rbd') return [`clone ${base.name}: ${base.name} snapname __base__ to ${file}`];
  if (findKind(storage.type).links !== 'overlay') return [];
  const options = cluster.behaviour.extendedLinkedClones
    ? 'extended_l2=on preallocation=metadata compression_type=zlib'
    : 'extended_l2=off compression_type=zlib';
  const path = describePath(storage, volume.name);
  return [
    `clone ${base.name}: images, ${file}, ${volume.vmid} to ${file} (base=../${base.name})`,
    `Formatting '${path}', fmt=qcow2 cluster_size=65536 ${options} size=${volume.size} backing_file=../${base.name} backing_fmt=${base.format} lazy_refcounts=off refcount_bits=16`,
  ];
}

function isLvm(storage: Storage): boolean {
  return storage.type === 'lvm' || storage.type === 'lvmthin';
}
