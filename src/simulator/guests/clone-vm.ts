import { changeDrive, formatDrive, parseVolumeId } from '../engine/drives.ts';
import { createGuest, describeConfigPath, type Guest, isTemplate } from '../engine/guests.ts';
import { describeVolume, type Volume } from '../engine/volumes.ts';
import { describeError } from '../../errors/hub-error.ts';
import { refuse, WorkerKilled } from '../errors.ts';
import { requireActive } from '../storage/access.ts';
import { cleanUp } from '../storage/clean-up.ts';
import { MirrorJobs } from '../storage/mirror-image.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { formatSize } from '../world/sizes.ts';
import { cloneDrive } from './clone-drive.ts';
import { type ClonePlan, type CloneRequest, planClone } from './clone-plan.ts';
import { cloneLockWait, withGuestLock } from './guest-lock.ts';
import { renewIdentity } from './new-identity.ts';
import { removeGuest } from './remove-guest.ts';

/** Milliseconds that a clone which failed gives its storages before it frees what it had made there. */
const releaseTime = 1000;

/** The work of a `qmclone` task. */
export async function cloneVm(call: StorageCall, request: CloneRequest, wasRunning: boolean): Promise<void> {
  const { cluster, worker } = call;
  const mode = wasRunning ? 'exclusive' : 'shared';
  const sourceLock = { type: 'qemu', vmid: request.vmid, mode, timeout: cloneLockWait } as const;
  const newLock = { type: 'qemu', vmid: request.newid, timeout: cloneLockWait } as const;
  await withGuestLock(call, sourceLock, () =>
    withGuestLock(call, newLock, async () => {
      const plan = planClone(cluster, request, wasRunning);
      if (cluster.behaviour.logsCloneIds)
        worker.log(`creating a clone of VM ${request.vmid} with ID ${request.newid}`);
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
    await call.cluster.clock.sleep(releaseTime);
    await cleanUp(call, made);
    removeGuest(call.cluster, building.stub);
    throw refuse(`clone failed: ${describeError(error)}`);
  }
}

async function build(call: StorageCall, { request, plan, stub }: Building, made: Volume[]): Promise<void> {
  const { cluster } = call;
  const config = composeConfig(plan, request);
  renewIdentity(cluster, 'qemu', config);
  activateSources(call, plan);
  const mirrors = plan.isMirrored ? new MirrorJobs(call) : undefined;
  for (const [place, { drive, way }] of plan.drives.entries()) {
    const isLast = place === plan.drives.length - 1;
    const clone = { drive, way, request, mirrors, isLast, onMade: (one: Volume) => void made.push(one) };
    const volume = await cloneDrive(call, clone);
    config.set(
      drive.key,
      formatDrive(
        changeDrive(drive, describeVolume(volume), { size: formatSize(volume.size), format: undefined }),
      ),
    );
    writeConfig(call, stub, new Map([...config, ['lock', 'clone']]));
  }
  cluster.requireWritable(call.node, describeConfigPath('qemu', call.node, request.newid));
  writeConfig(call, stub, config);
}

/** The storages of all drives are made ready before the first of them is copied. */
function activateSources({ cluster, node }: StorageCall, { drives }: ClonePlan): void {
  for (const { drive } of drives.filter(({ way }) => way !== 'cloudinit')) {
    const id = parseVolumeId(drive.volume);
    if (id) requireActive(cluster, id.storage, node);
    if (!id || !cluster.volumes.find(id.storage, id.name, node))
      throw refuse(`volume '${drive.volume}' does not exist`);
  }
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

function finishClone({ cluster }: StorageCall, { request, plan, stub }: Building): void {
  const { target, pool, newid } = request;
  if (target !== undefined) cluster.guests.change(stub, (guest) => (guest.node = target));
  if (pool !== undefined) cluster.pools.get(pool)?.guests.add(newid);
  cluster.counts.clones += 1;
  const isLinked = plan.drives.some(({ way }) => way === 'linked') || (!plan.full && isTemplate(plan.source));
  cluster.counts[isLinked ? 'linkedClones' : 'fullClones'] += 1;
}
