import type { GuestKind } from './guest.ts';
import { parseProperties } from './property-string.ts';

/** A device of the host that a guest's configuration names. */
export interface HostDevice {
  /** `usb0`, `hostpci1`, `serial0`… */
  key: string;
  /** Only root's own login may clone a guest that has it. */
  rootOnly: boolean;
  /** Guests that have it stay on their node. */
  local: boolean;
  /** `pci/gpu`: a name that each node has its own device for. A clone needs Mapping.Use on `/mapping/pci/gpu`. */
  mapping?: string;
}

/** A network card's bridge, which may be a network of SDN. */
export interface NetworkCard {
  key: string;
  bridge: string;
}

/** A file in a storage that a start reads. */
export interface NeededFile {
  /** `hookscript` or `cicustom`. */
  key: string;
  /** `local:snippets/user.yaml`. */
  volume: string;
  storage: string;
}

/** What a guest wants of the node that it runs on, beside its disks. */
export interface HostNeeds {
  devices: HostDevice[];
  cards: NetworkCard[];
  files: NeededFile[];
}

/** Reads it from a configuration, sorted by key. */
export function readHostNeeds(kind: GuestKind, options: Readonly<Record<string, string>>): HostNeeds {
  const lines = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    devices: kind === 'qemu' ? lines.flatMap(readDevice) : [],
    cards: lines.flatMap(readCard),
    files: lines.flatMap(readFiles),
  };
}

function readDevice([key, value]: [string, string]): HostDevice[] {
  const kind = /^(usb|hostpci|serial|parallel|virtiofs|rng)\d+$/.exec(key)?.[1] ?? key;
  switch (kind) {
    case 'usb':
    case 'hostpci':
      return readMappable(key, kind === 'usb' ? 'usb' : 'pci', value);
    case 'virtiofs':
      return [toMapped(key, `dir/${parseProperties(value, 'dirid').get('dirid') ?? ''}`)];
    case 'rng':
      return parseProperties(value, 'source').get('source') === '/dev/hwrng' ? [toMapped(key, 'hwrng')] : [];
    case 'serial':
      return value === 'socket' ? [] : [{ key, rootOnly: false, local: true }];
    case 'parallel':
    case 'ivshmem':
      return [{ key, rootOnly: false, local: true }];
    default:
      return [];
  }
}

function readMappable(key: string, type: 'usb' | 'pci', value: string): HostDevice[] {
  const properties = parseProperties(value, 'host');
  const [host, id] = [properties.get('host'), properties.get('mapping')];
  if (id !== undefined) return [toMapped(key, `${type}/${id}`)];
  return host?.toLowerCase() === 'spice' ? [] : [{ key, rootOnly: true, local: true }];
}

function toMapped(key: string, mapping: string): HostDevice {
  return { key, rootOnly: false, local: false, mapping };
}

function readCard([key, value]: [string, string]): NetworkCard[] {
  if (!/^net\d+$/.test(key)) return [];
  const bridge = parseProperties(value, 'model').get('bridge');
  return bridge === undefined ? [] : [{ key, bridge }];
}

function readFiles([key, value]: [string, string]): NeededFile[] {
  if (key === 'hookscript') return toFile(key, value);
  if (key !== 'cicustom') return [];
  return [...parseProperties(value, '').values()].flatMap((volume) => toFile(key, volume));
}

function toFile(key: string, volume: string): NeededFile[] {
  const storage = volume.split(':')[0];
  return storage === undefined || storage === volume ? [] : [{ key, volume, storage }];
}
