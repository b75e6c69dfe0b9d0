import { type Drive, changeDrive, formatDrive, parseVolumeId } from '../engine/drives.ts';
import { createGuest, describeConfigPath, type Guest, isTemplate } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { describeError } from '../../errors/hub-error.ts';
import { refuse, WorkerKilled } from '../errors.ts';
import { allocateVolume, linkVolume } from '../storage/allocate.ts';
import { cleanUp } from '../storage/clean-up.ts';
import { copyImage, type ImageCopy } from '../storage/copy-image.ts';
import { findKind } from '../storage/kinds.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { formatSize } from '../world/sizes.ts';
import { type ClonePlan, type CloneRequest, planClone } from './clone-plan.ts';
import { cloneLockWait, withGuestLock } from './guest-lock.ts';
import { renewIdentity } from './new-identity.ts';
import { removeGuest } from './remove-guest.ts';

/** The work of a `qmclone` task. */
export async function cloneVm(call: StorageCall, request: CloneRequest, wasRunning: boolean): Promise<void> {
  const { cluster, worker } = call;
  if (cluster.behaviour.logsCloneIds)
    worker.log(`creating a clone of VM ${request.vmid} with ID ${request.newid}`);
  const mode = wasRunning ? 'exclusive' : 'shared';
  const sourceLock = { type: 'qemu', vmid: request.vmid, mode, timeout: cloneLockWait } as const;
  const newLock = { type: 'qemu', vmid: request.newid, timeout: cloneLockWait } as const;
  await withGuestLock(call, sourceLock, () =>
    withGuestLock(call, newLock, async () => {
      const plan = planClone(cluster, request, wasRunning);
      const stub = createStub(call, request);
      await buildOrUndo(call, { request, plan, stub });
      finishClone(call, { request, plan, stub });
    }),
  );
}

/** The config of a clone in the making, before its first disk is there. */
function createStub({ cluster, node }: StorageCall, { newid }: CloneRequest): Guest {
  const path = describeConfigPath('qemu', node, newid);
  if (cluster.guests.get(newid))
    throw refuse(`close (rename) atomic file '/etc/pve/${path}' failed: File exists`);
  const config = [
    ['description', ' qmclone temporary file'],
    ['lock', 'clone'],
  ] as const;
  const stub = createGuest({ vmid: newid, type: 'qemu', node }, config);
  cluster.guests.add(stub);
  return stub;
}

interface Building {
  readonly request: CloneRequest;
  readonly plan: ClonePlan;
  readonly stub: Guest;
}

async function buildOrUndo(call: StorageCall, building: Building): Promise<void> {
  const made: Volume[] = [];
  try {
    await build(call, building, made);
  } catch (error) {
    if (error instanceof WorkerKilled) throw error;
    await cleanUp(call, made);
    removeGuest(call.cluster, building.stub);
    throw refuse(`clone failed: ${describeError(error)}`);
  }
}

async function build(call: StorageCall, { request, plan, stub }: Building, made: Volume[]): Promise<void> {
  const { cluster } = call;
  const config = composeConfig(plan, request);
  renewIdentity(cluster, 'qemu', config);
  for (const { drive, way } of plan.drives) {
    const volume = await cloneDrive(call, { drive, way, request, onMade: (one) => void made.push(one) });
    config.set(
      drive.key,
      formatDrive(
        changeDrive(drive, describeVolume(volume), { size: formatSize(volume.size), format: undefined }),
      ),
    );
    writeConfig(call, stub, new Map([...config, ['lock', 'clone']]));
  }
  cluster.requireWritable(describeConfigPath('qemu', call.node, request.newid));
  writeConfig(call, stub, config);
}

function writeConfig({ cluster }: StorageCall, guest: Guest, config: ReadonlyMap<string, string>): void {
  cluster.guests.change(guest, () => {
    guest.config.clear();
    for (const [key, value] of config) guest.config.set(key, value);
  });
}

/** Everything is taken over but what belongs to the source alone. */
function composeConfig({ source, config }: ClonePlan, request: CloneRequest): Map<string, string> {
  const left =
    /^(?:unused\d+|parent|snaptime|vmstate|runningmachine|runningcpu|lock|template|digest|pending)$/;
  const copy = new Map([...config].filter(([key]) => !left.test(key)));
  copy.set('name', request.name ?? `Copy-of-VM-${source.config.get('name') ?? source.vmid}`);
  if (request.description) copy.set('description', request.description);
  return copy;
}

interface DriveClone {
  readonly drive: Drive;
  readonly way: 'full' | 'linked' | 'cloudinit';
  readonly request: CloneRequest;
  onMade(volume: Volume): void;
}

async function cloneDrive(call: StorageCall, clone: DriveClone): Promise<Volume> {
  const { drive, way, request } = clone;
  const source = requireVolume(call, drive);
  if (way === 'linked') {
    call.worker.log(`create linked clone of drive ${drive.key} (${drive.volume})`);
    const volume = await linkVolume(call, source, request.newid);
    clone.onMade(volume);
    return volume;
  }
  call.worker.log(`create full clone of drive ${drive.key} (${drive.volume})`);
  const target = await allocateVolume(call, {
    storage: request.storage ?? source.storage,
    vmid: request.newid,
    size: source.size,
    format: chooseFormat(call, source, request),
    ...(way === 'cloudinit' ? { suffix: 'cloudinit' } : {}),
  });
  clone.onMade(target);
  if (way === 'cloudinit') return target;
  if (call.cluster.behaviour.logsCloneIds)
    call.worker.log(`allocated target volume '${describeVolume(target)}'`);
  const copy: ImageCopy = { source, target, limit: findLimit(call, request), snapshot: request.snapname };
  await copyImage(call, copy);
  return target;
}

function requireVolume({ cluster, node }: StorageCall, drive: Drive): Volume {
  const id = parseVolumeId(drive.volume);
  const volume = id && cluster.volumes.find(id.storage, id.name, node);
  if (!volume) throw refuse(`no such volume '${drive.volume}'`);
  return volume;
}

function chooseFormat({ cluster, worker }: StorageCall, source: Volume, request: CloneRequest): string {
  const kind = findKind(cluster.requireStorage(request.storage ?? source.storage).type);
  const wanted = request.format ?? source.format;
  if (kind.formats.includes(wanted)) return wanted;
  const fallback = kind.formats[0] ?? 'raw';
  if (request.format !== undefined) {
    worker.log(
      `unsupported format '${wanted}' for storage '${request.storage}' - using '${fallback}' instead`,
    );
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

function finishClone({ cluster }: StorageCall, { request, plan, stub }: Building): void {
  const { target, pool, newid } = request;
  if (target !== undefined) cluster.guests.change(stub, (guest) => (guest.node = target));
  if (pool !== undefined) cluster.pools.get(pool)?.guests.add(newid);
  cluster.counts.clones += 1;
  const isLinked = plan.drives.some(({ way }) => way === 'linked') || (!plan.full && isTemplate(plan.source));
  cluster.counts[isLinked ? 'linkedClones' : 'fullClones'] += 1;
}
