import type { ControlReport, ControlStep } from '../control.ts';
import type { Cluster } from '../engine/cluster.ts';
import { changeDrive, formatDrive, listVolumesOf, parseDrive, parseVolumeId } from '../engine/drives.ts';
import type { Guest } from '../engine/guests.ts';
import type { Volume } from '../engine/volumes.ts';
import { ControlError } from '../errors.ts';
import { bookSnapshot } from '../guests/take-snapshot.ts';
import { setRunning } from '../guests/power.ts';
import { forgetGuest, removeGuest } from '../guests/remove-guest.ts';
import { addGuest, addTask } from '../world/build-cluster.ts';
import { expandCluster } from '../world/expand-world.ts';
import { formatSize } from '../world/sizes.ts';

type StepOf<D extends ControlStep['do']> = Extract<ControlStep, { do: D }>;

/** Steps about guests, disks and volumes; undefined when it is none of them. */
export function runGuestStep(cluster: Cluster, step: ControlStep): ControlReport | undefined {
  switch (step.do) {
    case 'write-data':
      findDisk(cluster, step).volume.data = step.bytes;
      return {};
    case 'set-guest':
      return setGuest(cluster, step);
    case 'add-guest':
      return addOne(cluster, step);
    case 'remove-guest':
      return removeOne(cluster, step);
    case 'snapshot-guest':
      return snapshotGuest(cluster, step);
    case 'resize-disk':
      return resizeDisk(cluster, step);
    case 'add-volume':
      cluster.volumes.add({
        ...step.volume,
        node: step.volume.node,
        vmid: step.volume.vmid,
        parent: step.volume.parent,
      });
      return {};
    case 'remove-volume': {
      const volume = cluster.volumes.find(step.storage, step.name, step.node);
      if (!volume) throw new ControlError(`there is no volume '${step.storage}:${step.name}'`);
      cluster.volumes.remove(volume);
      return {};
    }
    default:
      return undefined;
  }
}

function setGuest(cluster: Cluster, step: StepOf<'set-guest'>): ControlReport {
  const guest = requireGuest(cluster, step.vmid);
  cluster.guests.change(guest, ({ config }) => {
    for (const [key, value] of Object.entries(step.config)) {
      if (value === null) config.delete(key);
      else config.set(key, value);
    }
    guest.node = step.node ?? guest.node;
    if (step.ha !== undefined) guest.ha = step.ha ?? undefined;
  });
  if (step.running !== undefined) setRunning(cluster, guest, step.running, step.uptime);
  return {};
}

function addOne(cluster: Cluster, { guest }: StepOf<'add-guest'>): ControlReport {
  if (!cluster.nodes.has(guest.node))
    throw new ControlError(`cluster '${cluster.id}' has no node '${guest.node}'`);
  const long = expandCluster({
    ...cluster.world,
    storages: [...cluster.storages.values()],
    guests: [guest],
    volumes: [],
  });
  for (const volume of long.volumes) {
    cluster.volumes.add({ ...volume, node: volume.node, vmid: volume.vmid, parent: volume.parent });
  }
  for (const one of long.guests) addGuest(cluster, one);
  return {};
}

function removeOne(cluster: Cluster, step: StepOf<'remove-guest'>): ControlReport {
  const guest = requireGuest(cluster, step.vmid);
  if (!step.keepVolumes) {
    for (const drive of listVolumesOf(guest.config)) {
      const id = parseVolumeId(drive.volume);
      const volume = id && cluster.volumes.find(id.storage, id.name, guest.node);
      if (volume?.vmid === guest.vmid) cluster.volumes.remove(volume);
    }
  }
  removeGuest(cluster, guest);
  forgetGuest(cluster, guest.vmid);
  if (!step.task) return {};
  const now = cluster.nowSeconds();
  const type = guest.type === 'qemu' ? 'qmdestroy' : 'vzdestroy';
  const task = {
    node: guest.node,
    type,
    id: String(guest.vmid),
    user: 'root@pam',
    startTime: now,
    endTime: now,
  };
  return { upid: addTask(cluster, { ...task, exitStatus: 'OK', log: ['TASK OK'] }) };
}

function snapshotGuest(cluster: Cluster, { vmid, name }: StepOf<'snapshot-guest'>): ControlReport {
  const guest = requireGuest(cluster, vmid);
  if (!guest.snapshots.has(name)) bookSnapshot(cluster, guest, { name, description: undefined });
  return {};
}

function resizeDisk(cluster: Cluster, step: StepOf<'resize-disk'>): ControlReport {
  const { guest, volume } = findDisk(cluster, step);
  volume.size = step.size;
  const drive = parseDrive(step.disk, guest.config.get(step.disk) ?? '');
  const line = formatDrive(changeDrive(drive, drive.volume, { size: formatSize(step.size) }));
  cluster.guests.change(guest, ({ config }) => config.set(step.disk, line));
  return {};
}

function requireGuest(cluster: Cluster, vmid: number): Guest {
  const guest = cluster.guests.get(vmid);
  if (!guest) throw new ControlError(`cluster '${cluster.id}' has no guest ${vmid}`);
  return guest;
}

function findDisk(
  cluster: Cluster,
  { vmid, disk }: { vmid: number; disk: string },
): { guest: Guest; volume: Volume } {
  const guest = requireGuest(cluster, vmid);
  const id = parseVolumeId(parseDrive(disk, guest.config.get(disk) ?? '').volume);
  const volume = id && cluster.volumes.find(id.storage, id.name, guest.node);
  if (!volume) throw new ControlError(`guest ${vmid} has no disk '${disk}' with a volume`);
  return { guest, volume };
}
