import { parseSize } from '../world/sizes.ts';
import type { Cluster } from './cluster.ts';
import { isCdrom, listBootDrives, listDrives } from './drives.ts';
import type { GuestFigures } from './guest-figures.ts';
import type { Guest } from './guests.ts';

const mebibyte = 1024 ** 2;

/** Measures a guest at a time (epoch ms): a running one gets plausible, steady figures. */
export function measureGuest(cluster: Cluster, guest: Guest, at: number): GuestFigures {
  const uptime = guest.running ? Math.max(0, Math.floor(at / 1000) - guest.startedAt) : 0;
  const maxmem = readMemory(guest) * mebibyte;
  return {
    status: guest.running ? 'running' : 'stopped',
    uptime,
    cpu: guest.running ? (guest.vmid % 50) / 1000 : 0,
    maxcpu: countCpus(cluster, guest),
    mem: guest.running ? Math.floor(maxmem / 32) : 0,
    maxmem,
    disk: 0,
    maxdisk: measureBootDisk(guest),
    netin: uptime * 42,
    netout: uptime * 100,
    diskread: uptime * 1024,
    diskwrite: uptime * 512,
  };
}

/** MiB. */
function readMemory(guest: Guest): number {
  const text = guest.config.get('memory') ?? '512';
  return Number(/^(?:current=)?(\d+)/.exec(text)?.[1] ?? 512);
}

function countCpus(cluster: Cluster, guest: Guest): number {
  const { config } = guest;
  if (guest.type === 'lxc') return Number(config.get('cores') ?? cluster.nodes.get(guest.node)?.cpus ?? 1);
  return Number(config.get('vcpus') ?? Number(config.get('cores') ?? 1) * Number(config.get('sockets') ?? 1));
}

/** Size of the disk a guest boots from. */
function measureBootDisk(guest: Guest): number {
  const disks = listDrives(guest.config).filter((drive) => !isCdrom(drive));
  const order = /order=([^,]+)/.exec(guest.config.get('boot') ?? '')?.[1]?.split(';') ?? [];
  const wanted = guest.type === 'lxc' ? ['rootfs'] : [...order, guest.config.get('bootdisk') ?? ''];
  const boot = wanted
    .map((key) => disks.find((drive) => drive.key === key))
    .find((drive) => drive !== undefined);
  const fallback = guest.config.has('boot')
    ? undefined
    : listBootDrives(guest.config).find((drive) => !isCdrom(drive));
  return parseSize((boot ?? fallback)?.options.get('size') ?? '0') ?? 0;
}
