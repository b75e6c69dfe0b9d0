import { ControlError } from '../errors.ts';
import { makeBaseName, makeVolumeName } from '../storage/volume-names.ts';
import type { WorldCluster, WorldDisk, WorldGuest, WorldStorage, WorldVolume } from '../world.ts';
import { formatSize } from './sizes.ts';

/** Replaces what is written short in a cluster: counted guests, names, disks. The result has only long forms. */
export function expandCluster(cluster: WorldCluster): WorldCluster {
  const guests = cluster.guests.flatMap((guest) => repeatGuest(cluster, guest));
  const volumes = [...cluster.volumes];
  const templates = new Map(guests.map((guest) => [guest.vmid, guest]));
  const long = guests.map((guest) => expandGuest(cluster, guest, { volumes, templates }));
  return { ...cluster, guests: long, volumes };
}

function repeatGuest(cluster: WorldCluster, guest: WorldGuest): WorldGuest[] {
  if (guest.count === undefined) return [guest];
  const first = cluster.nodes.findIndex((node) => node.name === guest.node);
  return Array.from({ length: guest.count }, (_, index) => ({
    ...guest,
    count: undefined,
    vmid: guest.vmid + index,
    name: (guest.name ?? 'guest-{n}').replaceAll('{n}', String(index + 1)),
    node: cluster.nodes[(first + index) % cluster.nodes.length]?.name ?? guest.node,
  }));
}

interface Context {
  readonly volumes: WorldVolume[];
  readonly templates: ReadonlyMap<number, WorldGuest>;
}

function expandGuest(cluster: WorldCluster, guest: WorldGuest, context: Context): WorldGuest {
  const config = { ...guest.config };
  const nameKey = guest.type === 'qemu' ? 'name' : 'hostname';
  if (guest.name !== undefined) config[nameKey] = guest.name;
  if (guest.template) config['template'] = '1';
  const numbers = new Map<string, number>();
  for (const disk of guest.disks) {
    const storage = cluster.storages.find((one) => one.id === disk.storage);
    if (!storage)
      throw new ControlError(
        `guest ${guest.vmid} has a disk on '${disk.storage}', which is no storage of '${cluster.id}'`,
      );
    const number = numbers.get(storage.id) ?? 0;
    if (!disk.cloudinit) numbers.set(storage.id, number + 1);
    const volume = makeVolume(guest, { disk, storage, number }, context);
    context.volumes.push(volume);
    config[disk.key] = describeLine(disk, volume);
  }
  if (guest.type === 'qemu' && guest.disks.length > 0 && config['boot'] === undefined) {
    const boot = guest.disks.find((disk) => !disk.cloudinit && /^(?:scsi|virtio|sata|ide)/.test(disk.key));
    if (boot) config['boot'] = `order=${boot.key}`;
  }
  return { ...guest, name: undefined, template: false, disks: [], count: undefined, config };
}

interface Place {
  readonly disk: WorldDisk;
  readonly storage: WorldStorage;
  readonly number: number;
}

function makeVolume(guest: WorldGuest, { disk, storage, number }: Place, context: Context): WorldVolume {
  const isShared = storage.shared || ['nfs', 'cifs', 'rbd'].includes(storage.type);
  const base = disk.base === undefined ? undefined : context.templates.get(disk.base);
  const isFile = ['dir', 'nfs', 'cifs', 'btrfs'].includes(storage.type);
  const format =
    disk.format ?? (isFile && guest.type === 'qemu' && storage.type !== 'btrfs' ? 'qcow2' : 'raw');
  const parent = base && findParent(base, { disk, storage, format });
  const suffix = disk.cloudinit ? 'cloudinit' : `disk-${number}`;
  const plain = makeVolumeName(storage.type, { vmid: guest.vmid, suffix, format, parent });
  const becomesBase = guest.template && !disk.cloudinit && storage.type !== 'lvm';
  return {
    storage: storage.id,
    ...(isShared ? {} : { node: guest.node }),
    name: becomesBase ? makeBaseName(storage.type, plain) : plain,
    vmid: guest.vmid,
    format,
    content: guest.type === 'lxc' ? 'rootdir' : 'images',
    size: disk.size,
    data: disk.data,
    ...(parent === undefined || ['lvmthin', 'btrfs'].includes(storage.type) ? {} : { parent }),
    createdAt: 0,
  };
}

function findParent(
  base: WorldGuest,
  { disk, storage, format }: { disk: WorldDisk; storage: WorldStorage; format: string },
): string {
  const same = base.disks.filter((other) => other.storage === storage.id && !other.cloudinit);
  const number = Math.max(
    0,
    same.findIndex((other) => other.key === disk.key),
  );
  const plain = makeVolumeName(storage.type, {
    vmid: base.vmid,
    suffix: `disk-${number}`,
    format: same[number]?.format ?? format,
  });
  return makeBaseName(storage.type, plain);
}

function describeLine(disk: WorldDisk, volume: WorldVolume): string {
  const parts = [`${volume.storage}:${volume.name}`];
  if (disk.cloudinit) parts.push('media=cdrom');
  if (disk.options) parts.push(disk.options);
  if (!disk.cloudinit) parts.push(`size=${formatSize(disk.size)}`);
  return parts.join(',');
}
