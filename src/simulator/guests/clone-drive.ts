import { type Drive, parseVolumeId } from '../engine/drives.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { refuse } from '../errors.ts';
import { allocateVolume, linkVolume } from '../storage/allocate.ts';
import { copyFirmware, copyImage, type ImageCopy } from '../storage/copy-image.ts';
import { findKind } from '../storage/kinds.ts';
import type { MirrorJobs } from '../storage/mirror-image.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import type { CloneRequest, PlannedDrive } from './clone-plan.ts';
import { findFixedSize, isEfiDisk, isTpmState } from './fixed-disks.ts';

/** One drive of a clone. */
export interface DriveClone extends PlannedDrive {
  readonly request: CloneRequest;
  /** The jobs that copy the drives of a running VM; undefined when images are read at rest. */
  readonly mirrors: MirrorJobs | undefined;
  /** Whether it is the clone's last drive. */
  readonly isLast: boolean;
  /** Told of the volume as soon as there is one, so that a failure can free it. */
  onMade(volume: Volume): void;
}

/** Gives the clone a volume of its own for one drive of the source. */
export async function cloneDrive(call: StorageCall, clone: DriveClone): Promise<Volume> {
  const source = requireVolume(call, clone.drive);
  const volume = clone.way === 'linked' ? await link(call, source, clone) : await copy(call, source, clone);
  if (clone.isLast) clone.mirrors?.finish({ again: clone.way === 'cloudinit' });
  return volume;
}

async function link({ worker, ...call }: StorageCall, source: Volume, clone: DriveClone): Promise<Volume> {
  worker.log(`create linked clone of drive ${clone.drive.key} (${clone.drive.volume})`);
  const volume = await linkVolume({ ...call, worker }, source, clone.request.newid);
  clone.onMade(volume);
  return volume;
}

async function copy(call: StorageCall, source: Volume, clone: DriveClone): Promise<Volume> {
  const { drive, way, request, mirrors } = clone;
  const { cluster, worker } = call;
  worker.log(`create full clone of drive ${drive.key} (${drive.volume})`);
  const format = chooseFormat(call, source, request);
  const target = await allocateVolume(call, {
    storage: request.storage ?? source.storage,
    vmid: request.newid,
    size: findFixedSize(drive) ?? source.size,
    format: isTpmState(drive) ? 'raw' : format,
    ...(way === 'cloudinit' ? { suffix: 'cloudinit' } : {}),
  });
  clone.onMade(target);
  if (way === 'cloudinit') return target;
  if (cluster.behaviour.logsCloneIds) worker.log(`allocated target volume '${describeVolume(target)}'`);
  const images: ImageCopy = { source, target, limit: findLimit(call, request), snapshot: request.snapname };
  if (mirrors) await mirrors.copy({ ...images, drive: drive.key });
  else if (isEfiDisk(drive)) copyFirmware(call, images);
  else await copyImage(call, images);
  return target;
}

function requireVolume({ cluster, node }: StorageCall, drive: Drive): Volume {
  const id = parseVolumeId(drive.volume);
  const volume = id && cluster.volumes.find(id.storage, id.name, node);
  if (!volume) throw refuse(`volume '${drive.volume}' does not exist`);
  return volume;
}

/** The format that was asked for, or the source's, where the storage has it; else its default, which some versions tell. */
function chooseFormat({ cluster, worker }: StorageCall, source: Volume, request: CloneRequest): string {
  const storage = request.storage ?? source.storage;
  const { formats } = findKind(cluster.requireStorage(storage).type);
  const wanted = request.format ?? source.format;
  if (formats.includes(wanted)) return wanted;
  const fallback = formats[0] ?? 'raw';
  if (request.format !== undefined && cluster.behaviour.logsCloneIds) {
    const what = `format '${wanted}' is not supported by the target storage '${storage}'`;
    worker.log(`${what} - using '${fallback}' instead`);
  }
  return fallback;
}

/** Bytes per second; 0 and absence mean none. */
function findLimit({ cluster }: StorageCall, { bwlimit }: CloneRequest): number | undefined {
  const general = cluster.options.get('bwlimit') ?? '';
  const configured = Number(
    /(?:^|,)clone=(\d+)/.exec(general)?.[1] ?? /(?:^|,)default=(\d+)/.exec(general)?.[1] ?? 0,
  );
  const limit = bwlimit ?? configured;
  return limit > 0 ? limit * 1024 : undefined;
}
